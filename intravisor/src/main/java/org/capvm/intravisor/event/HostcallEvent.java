package org.capvm.intravisor.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A hostcall of a bare cVM; the duration is that of the call, with what it waited for. */
@Name("org.capvm.Hostcall")
@Label("Hostcall")
@Category("Capvm")
@StackTrace(false)
public final class HostcallEvent extends Event {
  @Label("cVM")
  String cvm;

  @Label("Guest Thread")
  long guestThread;

  @Label("Number")
  int number;

  @Label("Call")
  String call;

  @Label("Result")
  @Description("What a0 receives: a value, or a negative error number")
  long result;

  private HostcallEvent() {}

  /** An event that begins now; null when nobody records it. */
  public static HostcallEvent ifRecorded() {
    return Recorder.isOn() ? Recorder.begin(HostcallEvent::new) : null;
  }

  /** Ends it. */
  public void end(String ofCvm, long thread, int callNumber, String name, long returned) {
    end();
    if (shouldCommit()) {
      cvm = ofCvm;
      guestThread = thread;
      number = callNumber;
      call = name;
      result = returned;
      commit();
    }
  }
}
