package org.capvm.intravisor.event;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A cVM has ended; the duration is that of its life since it was started. */
@Name("org.capvm.CvmStop")
@Label("cVM Stop")
@Category("Capvm")
@StackTrace(false)
public final class CvmStopEvent extends Event {
  @Label("cVM")
  String cvm;

  @Label("Exit Status")
  int exitStatus;

  @Label("Processor Time")
  @Timespan(Timespan.NANOSECONDS)
  long processorTime;

  @Label("Calls")
  long calls;

  private CvmStopEvent() {}

  /** An event that begins now; null when nobody records it. */
  public static CvmStopEvent ifRecorded() {
    return Recorder.begin(CvmStopEvent::new);
  }

  /** Ends it. */
  public void end(String name, int status, long cpuNanoseconds, long callsMade) {
    end();
    if (shouldCommit()) {
      cvm = name;
      exitStatus = status;
      processorTime = cpuNanoseconds;
      calls = callsMade;
      commit();
    }
  }
}
