package org.capvm.intravisor.control;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Conversations of which there may be so many: one more ends that which has lasted longest. So who
 * has come last is served, however many others hold on to theirs.
 */
final class Crowd {
  private final int most;
  private final Deque<Conversation> all = new ArrayDeque<>();

  Crowd(int most) {
    this.most = most;
  }

  synchronized void add(Conversation conversation) {
    all.addLast(conversation);
    if (all.size() > most) {
      all.removeFirst().abandon();
    }
  }

  synchronized void remove(Conversation conversation) {
    all.remove(conversation);
  }
}
