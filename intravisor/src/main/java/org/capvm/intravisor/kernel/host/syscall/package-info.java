/** The system call table: what an entry is, how its arguments are checked, shown and counted. */
package org.capvm.intravisor.kernel.host.syscall;
