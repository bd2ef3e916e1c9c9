/** What cVMs share, as files of a Linux program: {@code /dev/cvm}. */
package org.capvm.intravisor.kernel.host.ipc;
