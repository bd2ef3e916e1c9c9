package org.capvm.intravisor.event;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Guest code became classes: of a file, made or found in the cache, or of what a guest runs. */
@Name("org.capvm.Translation")
@Label("Translation")
@Category("Capvm")
@StackTrace(false)
public final class TranslationEvent extends Event {
  /** Where the code was from. */
  public enum Source {
    FILE,
    CACHE,
    MEMORY
  }

  @Label("Code")
  String code;

  @Label("Source")
  String source;

  @Label("Functions")
  int functions;

  private TranslationEvent() {}

  /** An event that begins now; null when nobody records it. */
  public static TranslationEvent ifRecorded() {
    return Recorder.begin(TranslationEvent::new);
  }

  /**
   * Ends it.
   *
   * @param what name of the file
   * @param count of functions, or of places where the code is entered
   */
  public void end(String what, Source from, int count) {
    end();
    if (shouldCommit()) {
      code = what;
      source = from.name();
      functions = count;
      commit();
    }
  }

  /** Ends that of code at a guest address. */
  public void end(long address, int count) {
    end("0x" + Long.toHexString(address), Source.MEMORY, count);
  }
}
