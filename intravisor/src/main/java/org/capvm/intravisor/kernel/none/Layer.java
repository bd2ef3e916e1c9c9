package org.capvm.intravisor.kernel.none;

import elf4j.Logger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.GuestSignal;
import org.capvm.intravisor.kernel.none.thread.BareThreads;
import org.capvm.intravisor.kernel.none.thread.HostcallServer;
import org.capvm.intravisor.kernel.none.thread.InnerCvms;

/**
 * A running cVM, as those see it that are nested in it: memory that theirs are parts of, and who
 * serves their hostcalls. It stays until the last of them has ended; where it ends before, they end
 * first.
 */
final class Layer implements InnerCvms {
  private static final Logger LOG = Logger.instance();

  private final String name;
  private final BareMemory memory;
  private final HostcallServer server;
  private final BareThreads threads;

  /** Those that have not ended, whether they have started or not. */
  private final Set<String> left;

  private final Map<String, BareThreads> running = new HashMap<>();
  private boolean ended;

  /**
   * @param threads of the cVM itself
   * @param inner names of those that will be nested in it
   */
  Layer(
      String name,
      BareMemory memory,
      HostcallServer server,
      BareThreads threads,
      Set<String> inner) {
    this.name = name;
    this.memory = memory;
    this.server = server;
    this.threads = threads;
    this.left = new HashSet<>(inner);
  }

  BareMemory memory() {
    return memory;
  }

  HostcallServer server() {
    return server;
  }

  /**
   * A nested cVM begins.
   *
   * @throws CvmException when this one ends
   */
  synchronized void enter(String inner, BareThreads innerThreads) throws CvmException {
    if (ended) {
      throw new CvmException("cVM '" + name + "', which is to serve its hostcalls, has ended");
    }
    running.put(inner, innerThreads);
  }

  /** A nested cVM has ended, or could not be started. */
  void leave(String inner) {
    synchronized (this) {
      left.remove(inner);
      running.remove(inner);
    }
    threads.endIfUnused();
  }

  @Override
  public synchronized boolean areLeft() {
    return !ended && !left.isEmpty();
  }

  @Override
  public void end() {
    Map<String, BareThreads> last;
    synchronized (this) {
      ended = true;
      last = Map.copyOf(running);
    }
    last.forEach(
        (inner, innerThreads) -> {
          if (!innerThreads.isEnding()) {
            LOG.error("{}: killed, since {} ends, which serves its hostcalls", inner, name);
            innerThreads.end(GuestSignal.STATUS + GuestSignal.KILL);
          }
        });
  }
}
