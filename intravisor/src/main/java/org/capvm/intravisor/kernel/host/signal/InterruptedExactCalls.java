package org.capvm.intravisor.kernel.host.signal;

import java.util.ArrayDeque;
import java.util.Deque;
import org.capvm.runtime.hart.ExactCall;
import org.capvm.runtime.hart.Hart;

/**
 * The exact calls that signal handlers of a task interrupted. A handler runs as any other code;
 * when it returns, the call goes on.
 */
final class InterruptedExactCalls {
  /** More handlers, none of which returned, are taken to be left for good. */
  private static final int MOST = 64;

  private record Interrupted(long frame, ExactCall call) {}

  private final Deque<Interrupted> calls = new ArrayDeque<>();

  /** The hart enters a handler; its stack pointer is at the signal frame. */
  void enterHandler(Hart h) {
    if (h.exactCall != null) {
      calls.push(new Interrupted(h.x2, h.exactCall));
      h.exactCall = null;
      if (calls.size() > MOST) {
        calls.removeLast();
      }
    }
  }

  /** The hart went back to what was interrupted when a signal frame was made. */
  void leaveHandler(Hart h, long frame) {
    h.exactCall = null;
    if (calls.stream().anyMatch(call -> call.frame == frame)) {
      // Handlers that never returned are on top.
      while (h.exactCall == null) {
        Interrupted last = calls.pop();
        h.exactCall = last.frame == frame ? last.call : null;
      }
    }
  }
}
