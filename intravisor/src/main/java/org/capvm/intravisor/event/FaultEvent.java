package org.capvm.intravisor.event;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A fault that ended a cVM or a process in it; it happens at once, so its duration is 0. */
@Name("org.capvm.Fault")
@Label("Fault")
@Category("Capvm")
@StackTrace(false)
public final class FaultEvent extends Event {
  @Label("Report")
  String report;

  @Label("Program Counter")
  @MemoryAddress
  long pc;

  @Label("Signal")
  int signal;

  private FaultEvent() {}

  /**
   * Records one.
   *
   * @param text cVM, thread, symbol, capability and backtrace, as they are logged
   */
  public static void record(String text, long at, int signalNumber) {
    FaultEvent event = Recorder.begin(FaultEvent::new);
    if (event != null) {
      event.report = text;
      event.pc = at;
      event.signal = signalNumber;
      event.commit();
    }
  }
}
