package org.capvm.intravisor.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * An operation on what cVMs share, with what it waited for. Loads and stores of a CP_File are the
 * guest's own and seen by nobody.
 */
@Name("org.capvm.Ipc")
@Label("IPC")
@Category("Capvm")
@StackTrace(false)
public final class IpcEvent extends Event {
  @Label("cVM")
  String cvm;

  @Label("Operation")
  String operation;

  @Label("Object")
  String object;

  @Label("Bytes")
  @DataAmount
  long bytes;

  private IpcEvent() {}

  /** An event that begins now; null when nobody records it. */
  public static IpcEvent ifRecorded() {
    return Recorder.isOn() ? Recorder.begin(IpcEvent::new) : null;
  }

  /**
   * Ends it.
   *
   * @param did for example {@code cp_stream_send}
   * @param name of the object, or its peer's; may be null
   * @param amount bytes that were moved, or shared
   */
  public void end(String ofCvm, String did, String name, long amount) {
    end();
    if (shouldCommit()) {
      cvm = ofCvm;
      operation = did;
      object = name;
      bytes = amount;
      commit();
    }
  }
}
