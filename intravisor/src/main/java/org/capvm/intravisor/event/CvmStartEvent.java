package org.capvm.intravisor.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A cVM was started; the duration is that of loading its program. */
@Name("org.capvm.CvmStart")
@Label("cVM Start")
@Category("Capvm")
@StackTrace(false)
public final class CvmStartEvent extends Event {
  @Label("cVM")
  String cvm;

  @Label("Program")
  String program;

  @Label("Kernel")
  String kernel;

  @Label("Memory")
  @DataAmount
  long memory;

  private CvmStartEvent() {}

  /** An event that begins now; null when nobody records it. */
  public static CvmStartEvent ifRecorded() {
    return Recorder.begin(CvmStartEvent::new);
  }

  /** Ends it. */
  public void end(String name, String file, String kernelKind, long memoryBytes) {
    end();
    if (shouldCommit()) {
      cvm = name;
      program = file;
      kernel = kernelKind;
      memory = memoryBytes;
      commit();
    }
  }
}
