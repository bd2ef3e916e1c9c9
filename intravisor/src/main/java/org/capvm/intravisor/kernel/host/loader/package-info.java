/** Loads programs as execve does: ELF files, scripts, the dynamic linker, the stack, the vDSO. */
package org.capvm.intravisor.kernel.host.loader;
