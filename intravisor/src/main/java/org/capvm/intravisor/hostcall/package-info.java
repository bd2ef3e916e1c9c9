/** What the Intravisor does for cVMs without a kernel: a table, and a class for each family. */
package org.capvm.intravisor.hostcall;
