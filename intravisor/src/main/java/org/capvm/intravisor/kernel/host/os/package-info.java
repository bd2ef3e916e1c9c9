/** Calls of the host's kernel with Java arguments. */
package org.capvm.intravisor.kernel.host.os;
