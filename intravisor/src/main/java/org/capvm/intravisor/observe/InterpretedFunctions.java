package org.capvm.intravisor.observe;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.interpreter.HotCode;

/** Remembers which functions were called in the interpreter. */
public final class InterpretedFunctions implements HotCode {
  private final Set<Long> entries = new ConcurrentSkipListSet<>();

  @Override
  public void reached(Hart h, long address, Kind kind) {
    if (kind == Kind.FUNCTION) {
      entries.add(address);
    }
  }

  @Override
  public int threshold() {
    return 1;
  }

  /** Guest addresses, ascending. */
  public List<Long> entries() {
    return List.copyOf(entries);
  }
}
