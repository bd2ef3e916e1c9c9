package org.capvm.intravisor.kernel.host.signal;

import java.util.ArrayList;
import java.util.List;

/**
 * Signals that wait for delivery. Of a standard signal one instance waits at a time, real-time
 * signals queue. Guarded by the lock of the {@link ProcessSignals} it belongs to.
 */
final class PendingSignals {
  /** Most queued instances, a defence of the host's memory (Linux: RLIMIT_SIGPENDING). */
  static final int LIMIT = 4096;

  private final List<SignalInfo> queue = new ArrayList<>();

  /** Written under the lock; read without it where a late answer is corrected by a wake-up. */
  private volatile long set;

  long set() {
    return set;
  }

  /** Whether there was room; a standard signal that waits already counts as delivered. */
  boolean add(SignalInfo info) {
    if (info.number() < Signals.SIGRTMIN && Signals.contains(set, info.number())) {
      return true;
    }
    if (queue.size() >= LIMIT) {
      return false;
    }
    queue.add(info);
    set |= Signals.set(info.number());
    return true;
  }

  /** Removes and returns the first of the allowed signals, or null. */
  SignalInfo take(long allowed) {
    int number = Signals.first(set & allowed);
    if (number == 0) {
      return null;
    }
    SignalInfo taken = null;
    boolean more = false;
    for (int i = 0; i < queue.size(); i++) {
      if (queue.get(i).number() != number) {
        continue;
      }
      if (taken != null) {
        more = true;
        break;
      }
      taken = queue.remove(i--);
    }
    if (!more) {
      set &= ~Signals.set(number);
    }
    return taken;
  }

  void remove(long signals) {
    if ((set & signals) != 0) {
      queue.removeIf(info -> Signals.contains(signals, info.number()));
      set &= ~signals;
    }
  }

  /** Counts more expirations into a timer's signal that still waits; false when none does. */
  boolean addOverrun(int number, int timer, long expirations) {
    for (int i = 0; i < queue.size(); i++) {
      SignalInfo info = queue.get(i);
      if (info.number() == number && info.code() == SignalInfo.SI_TIMER && info.timer() == timer) {
        queue.set(i, info.withOverrun(info.overrun() + expirations));
        return true;
      }
    }
    return false;
  }
}
