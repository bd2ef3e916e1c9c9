package org.capvm.intravisor.kernel.host.memory;

/**
 * What the loader put into an address space, for /proc and signal delivery.
 *
 * @param path absolute path of the program, as the guest sees it
 * @param commandLine the arguments, each ended by a NUL
 * @param environment the environment strings, each ended by a NUL
 * @param auxiliaryVector as on the stack
 * @param signalReturn guest address of the vDSO's rt_sigreturn
 * @param stackStart guest address of argc
 */
public record ProgramInfo(
    String path,
    byte[] commandLine,
    byte[] environment,
    byte[] auxiliaryVector,
    long signalReturn,
    long stackStart) {
  static final ProgramInfo NONE = new ProgramInfo("", new byte[0], new byte[0], new byte[0], 0, 0);
}
