/** Processes and their tasks. */
package org.capvm.intravisor.kernel.host.process;
