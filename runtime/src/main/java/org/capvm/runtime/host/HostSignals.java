package org.capvm.runtime.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdk.internal.misc.Signal;

/** Takes signals that the host sends to this JVM, in place of what the JVM does with them. */
public final class HostSignals implements AutoCloseable {
  private record Replaced(Signal signal, Signal.Handler handler) {}

  private final List<Replaced> replaced = new ArrayList<>();

  /**
   * Runs an action whenever a signal comes, on a thread of the JVM's own, until this object is
   * closed. Signals that the JVM does not give away (as under {@code -Xrs}) keep their effect.
   *
   * @param actions by the signal's name without SIG
   */
  public HostSignals(Map<String, Runnable> actions) {
    actions.forEach(
        (name, action) -> {
          Signal signal = new Signal(name);
          try {
            replaced.add(new Replaced(signal, Signal.handle(signal, s -> action.run())));
          } catch (IllegalArgumentException e) {
            // The JVM keeps this signal for itself.
          }
        });
  }

  /** Gives the signals back to the JVM. */
  @Override
  public void close() {
    replaced.forEach(old -> Signal.handle(old.signal(), old.handler()));
  }
}
