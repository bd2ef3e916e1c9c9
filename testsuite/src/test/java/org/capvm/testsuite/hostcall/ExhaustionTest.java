package org.capvm.testsuite.hostcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.none.thread.BareThreads;
import org.capvm.testsuite.hostcall.HostcallExecutor.Form;
import org.capvm.testsuite.hostcall.HostcallExecutor.Job;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cVM that takes all it can get of everything, and keeps it: it gets errors at some point, and
 * another one, that comes later, gets what it needs.
 */
@Tag("slow")
class ExhaustionTest {
  /** More than anybody may have of anything. */
  private static final int TRIES = 1100;

  private static final long TEXTS = HostcallExecutor.ARENA;
  private static final int TEXT = 64;
  private static final long VICTIMS_STREAM = TEXTS + 1200L * TEXT;
  private static final long BUFFER = HostcallExecutor.ARENA + (1 << 20);

  /** A function that returns at once, and one that never does. */
  private static final long RETURN = VICTIMS_STREAM + 1024;

  private static final long LOOP = RETURN + 16;

  /** One that waits for a semaphore. */
  private static final long WAIT = LOOP + 16;

  /** The name of the function that is called. */
  private static final long CALLED = LOOP + 1024;

  private static final int[] RETURN_CODE = {0x0000_8067};
  private static final int[] LOOP_CODE = {0x0000_006f};
  private static final int[] WAIT_CODE = {
    0x0060_0f13, // li t5, 6
    0x0010_0513, // li a0, 1
    0x0000_0073, // ecall
    0x0000_006f, // j .
  };

  @TempDir private Path folder;

  private static HostcallExecutor prepared(Neighbours neighbours, String name) throws Exception {
    HostcallExecutor executor = neighbours.attacker(Form.HYBRID, name);
    for (int i = 0; i < TRIES; i++) {
      executor.put(TEXTS + (long) i * TEXT, name + i + "\0");
    }
    executor.put(VICTIMS_STREAM, "victims-stream\0");
    executor.put(RETURN, RETURN_CODE);
    executor.put(LOOP, LOOP_CODE);
    executor.put(WAIT, WAIT_CODE);
    return executor;
  }

  /** What is taken, again and again. */
  private static List<Job> greed() {
    List<Job> all = new ArrayList<>();
    all.add(new Job("function", 440, TEXTS, LOOP, 0, 0));
    all.add(new Job("open", 441, TEXTS));
    for (int i = 1; i < TRIES; i++) {
      long name = TEXTS + (long) i * TEXT;
      all.add(new Job("connect", 432, VICTIMS_STREAM));
      all.add(new Job("listen", 430, name, 0));
      all.add(new Job("publish", 405, BUFFER, i < 8 ? 4 << 20 : 64, name));
      all.add(new Job("function", 440, name, RETURN, 0, 0));
      all.add(new Job("semaphore", 3, 0));
      if (i % 8 == 0) {
        all.add(new Job("thread", 11, LOOP, 0));
        all.add(new Job("start", 443, 2, 0, 0, 0, BUFFER, 16 << 10, 0, 0));
      }
    }
    return all;
  }

  /** A bystander's calls, all of which succeed. */
  private static List<Job> modesty() {
    return List.of(
        new Job("connect", 432, VICTIMS_STREAM),
        new Job("listen", 430, TEXTS, 0),
        new Job("publish", 405, BUFFER, 1 << 20, TEXTS),
        new Job("function", 440, TEXTS, RETURN, 0, 0),
        new Job("open", 441, TEXTS),
        new Job("call", 442, 2, 0, 0, 0, BUFFER, 64, -1, 0),
        new Job("semaphore", 3, 0),
        new Job("thread", 403, RETURN, 0));
  }

  @Test
  void othersAreStillServed() throws Exception {
    for (var engine : Neighbours.engines(folder)) {
      try (Neighbours neighbours = new Neighbours(folder, engine)) {
        HostcallExecutor greedy = prepared(neighbours, "greedy");
        List<Job> jobs = new ArrayList<>(greed());
        // It keeps what it has.
        jobs.add(new Job("down", 6, 1));
        greedy.begin(jobs);
        greedy.awaitCalls(jobs.size());
        List<String> unlimited = new ArrayList<>();
        for (String what : List.of("connect", "listen", "publish", "function", "semaphore")) {
          if (lastResult(greedy, jobs, what) >= 0) {
            unlimited.add(what);
          }
        }
        assertEquals(List.of(), unlimited);

        HostcallExecutor bystander = prepared(neighbours, "bystander");
        bystander.begin(modesty());
        assertEquals(0, bystander.await().exitStatus());
        for (int i = 0; i < modesty().size(); i++) {
          long result = bystander.result(i).orElseThrow();
          assertTrue(result >= 0, modesty().get(i).what() + ": " + result);
        }
      }
    }
  }

  /** Opens a function and starts calls of it as long as it may, then waits for ever. */
  private static List<Job> manyCalls() {
    List<Job> all = new ArrayList<>();
    all.add(new Job("open", 441, CALLED));
    for (int i = 0; i < BareThreads.MOST; i++) {
      all.add(new Job("start", 443, 1, 0, 0, 0, 0, 0, 0, 0));
    }
    all.add(new Job("semaphore", 3, 0));
    all.add(new Job("down", 6, 1));
    return all;
  }

  /** Who calls as often as it can has half of the threads; who comes then, half of the others. */
  @Test
  void callersLeaveServiceThreadsToOthers() throws Exception {
    for (var engine : Neighbours.engines(folder)) {
      try (Neighbours neighbours = new Neighbours(folder, engine)) {
        List<Job> serving =
            List.of(
                new Job("never returns", 440, TEXTS, WAIT, 0, 0),
                new Job("returns", 440, TEXTS + TEXT, RETURN, 0, 0),
                new Job("semaphore", 3, 0),
                new Job("down", 6, 1));
        HostcallExecutor server = prepared(neighbours, "server");
        server.begin(serving);
        server.awaitCalls(serving.size());
        int places = BareThreads.MOST - 1;
        for (String name : List.of("first", "second")) {
          HostcallExecutor greedy = prepared(neighbours, name);
          greedy.put(CALLED, "server0\0");
          List<Job> jobs = manyCalls();
          greedy.begin(jobs);
          greedy.awaitCalls(jobs.size());
          List<Long> refused = new ArrayList<>();
          for (int i = 1; i <= BareThreads.MOST; i++) {
            long result = greedy.result(i).orElseThrow();
            if (result < 0) {
              refused.add(result);
            }
          }
          int calls = BareThreads.MOST - refused.size();
          assertEquals((places + 1) / 2, calls, name);
          assertEquals(Set.of(Errno.EAGAIN), Set.copyOf(refused));
          places -= calls;
        }

        HostcallExecutor bystander = prepared(neighbours, "bystander");
        bystander.put(CALLED, "server1\0");
        List<Job> jobs = new ArrayList<>();
        jobs.add(new Job("open", 441, CALLED));
        for (int i = 0; i < TRIES; i++) {
          jobs.add(new Job("call", 442, 1, 0, 0, 0, BUFFER, 64, -1, 0));
        }
        bystander.begin(jobs);
        assertEquals(0, bystander.await().exitStatus());
        for (int i = 1; i <= TRIES; i++) {
          assertEquals(0, bystander.result(i).orElseThrow());
        }
        assertEquals(Cvm.State.RUNNING, server.cvm().state());
      }
    }
  }

  private static long lastResult(HostcallExecutor executor, List<Job> jobs, String what) {
    long last = 0;
    for (int i = 0; i < jobs.size(); i++) {
      if (jobs.get(i).what().equals(what)) {
        last = executor.result(i).orElseThrow();
      }
    }
    return last;
  }
}
