package org.capvm.intravisor.event;

import java.util.function.Supplier;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;

/** Whether anybody records. */
public final class Recorder {
  private Recorder() {}

  /**
   * Whether there is, or was, a recording in this JVM. Reading that is one look at a field, and
   * loads nothing of the recorder: asking an event itself would take an object, and the first one
   * would start the recorder.
   */
  public static boolean isOn() {
    return FlightRecorder.isInitialized();
  }

  /** An event that begins now; null when it would not be recorded. */
  static <T extends Event> T begin(Supplier<T> made) {
    if (!isOn()) {
      return null;
    }
    T event = made.get();
    if (!event.isEnabled()) {
      return null;
    }
    event.begin();
    return event;
  }
}
