/** The system calls, a class for each family; each adds its entries to the table. */
package org.capvm.intravisor.kernel.host.calls;
