package org.capvm.intravisor.cvm;

/** The numbers of the signals that the Intravisor sends or reports, as Linux has them. */
public final class GuestSignal {
  public static final int HANG_UP = 1;
  public static final int INTERRUPT = 2;
  public static final int ILLEGAL = 4;
  public static final int TRAP = 5;
  public static final int ABORT = 6;
  public static final int BUS = 7;
  public static final int KILL = 9;
  public static final int SEGMENTATION = 11;
  public static final int TERMINATE = 15;
  public static final int CPU_TIME = 24;

  /** What a shell adds to the number of the signal that ended a program. */
  public static final int STATUS = 128;

  private GuestSignal() {}
}
