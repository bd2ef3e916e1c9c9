/** The binary interface between guest and kernel: error numbers, structures, guest memory. */
package org.capvm.intravisor.kernel.host.abi;
