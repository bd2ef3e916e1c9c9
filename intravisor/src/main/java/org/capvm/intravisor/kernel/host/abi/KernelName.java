package org.capvm.intravisor.kernel.host.abi;

/** What uname and /proc say this kernel is. */
public final class KernelName {
  public static final String SYSTEM = "Linux";
  public static final String NODE = "capvm";

  /** A Linux release whose interface is offered; libraries refuse to start on old ones. */
  public static final String RELEASE = "6.12.0-capvm";

  public static final String VERSION = "#1 SMP";
  public static final String MACHINE = "riscv64";

  private KernelName() {}
}
