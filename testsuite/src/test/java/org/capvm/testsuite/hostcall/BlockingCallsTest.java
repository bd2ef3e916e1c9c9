package org.capvm.testsuite.hostcall;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.hostcall.Hostcall;
import org.capvm.runtime.capability.Capability;
import org.capvm.testsuite.hostcall.HostcallExecutor.Form;
import org.capvm.testsuite.hostcall.HostcallExecutor.Job;
import org.capvm.testsuite.systemcalls.KernelCode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cVM that waits in a hostcall ends within a second of its kill, whichever it is; the list of
 * those calls is held to the compiled code of their handlers.
 */
@Tag("slow")
class BlockingCallsTest {
  private static final long A_SECOND = 1_000_000_000;

  /** How often a kill is timed: a machine that stops for a moment does not stop each time. */
  private static final int KILLS = 3;

  /** Rounds of threads that kill, stop and close a cVM at once. */
  private static final int RACES = 60;

  private static final long NAME = HostcallExecutor.ARENA;
  private static final long BUFFER = HostcallExecutor.ARENA + 4096;

  /** Functions: one never returns; the other takes mutex 1 and says so by semaphore 1 before. */
  private static final long LOOP = HostcallExecutor.ARENA + 1024;

  private static final long LOCK = HostcallExecutor.ARENA + 2048;

  private static final int[] LOOP_CODE = {0x0000_006f};
  private static final int[] LOCK_CODE = {
    0x0090_0f13, // li t5, 9
    0x0010_0513, // li a0, 1
    0x0000_0073, // ecall
    0x0050_0f13, // li t5, 5
    0x0010_0513, // li a0, 1
    0x0000_0073, // ecall
    0x0000_006f, // j .
  };

  /** What their code reaches waits on the threads that they make, or those that they end. */
  private static final Set<String> ELSEWHERE =
      Set.of("cap_call_exit", "cp_call_start", "thread_create", "thread_exit", "timer_alloc");

  @TempDir private Path folder;

  /** Calls of which the last one waits for ever. */
  private static Map<String, List<Job>> waits(Capability word) {
    Job listen = new Job("listen", 430, NAME, 0);
    Job connect = new Job("connect", 432, NAME);
    Job publish = new Job("publish", 440, NAME, LOOP, 0, 0);
    Job open = new Job("open", 441, NAME);
    Job full = new Job("print", 1, BUFFER, 64 << 10);
    Capability none = Capability.integer(0);
    Map<String, List<Job>> all = new TreeMap<>();
    all.put("print", List.of(full, full));
    all.put("sem_down", List.of(new Job("alloc", 3, 0), new Job("down", 6, 1)));
    all.put(
        "mutex_lock",
        List.of(
            new Job("sem_alloc", 3, 0),
            new Job("mutex_alloc", 7, 0),
            new Job("create", 11, LOCK, 0),
            new Job("down", 6, 1),
            new Job("lock", 9, 1)));
    all.put("thread_join", List.of(new Job("create", 11, LOOP, 0), new Job("join", 14, 2)));
    all.put("make_call", List.of(new Job("call", 403, LOOP, 0)));
    all.put(
        "cp_file_wait", List.of(new Job("wait", 425, List.of(word, none, Capability.integer(-1)))));
    all.put("cp_stream_accept", List.of(listen, new Job("accept", 431, 1, 0)));
    all.put("cp_stream_send", List.of(listen, connect, new Job("send", 433, 2, BUFFER, 64, 0)));
    all.put("cp_stream_receive", List.of(listen, connect, new Job("receive", 434, 2, BUFFER, 64)));
    all.put("cp_stream_poll", List.of(listen, connect, new Job("poll", 437, 2, 1, -1)));
    all.put("make_cap_call", List.of(publish, open, new Job("call", 411, 2, 0, 0)));
    all.put("cp_call", List.of(publish, open, new Job("call", 442, 2, 0, 0, 0, 0, 0, -1, 0)));
    all.put(
        "cp_call_collect",
        List.of(
            publish,
            open,
            new Job("start", 443, 2, 0, 0, 0, 0, 0, 0, 0),
            new Job("collect", 444, 3, -1, 0, 0)));
    return all;
  }

  @Test
  void everyCallThatWaitsIsTried() throws Exception {
    KernelCode code = KernelCode.readHostcalls();
    Set<String> waiting =
        code.reaching(
            method ->
                method.owner().endsWith("/none/thread/BareThread")
                        && (method.name().equals("await") || method.name().equals("pause"))
                    || method.owner().endsWith("/ipc/Participant")
                        && method.name().equals("await"));
    try (Neighbours neighbours = new Neighbours(folder, Neighbours.engines(folder).getFirst())) {
      List<Hostcall> all = neighbours.victim().hostcalls().all();
      assertEquals(
          all.stream().map(Hostcall::name).collect(toCollection(TreeSet::new)),
          new TreeSet<>(code.names()),
          "calls whose handler was not found");
      // These wait for what other guests do.
      all.stream().filter(Hostcall::nests).map(Hostcall::name).forEach(waiting::add);
    }
    assertTrue(waiting.removeAll(ELSEWHERE), "none of those is found any more");
    assertEquals(waiting, waits(Capability.NULL).keySet());
  }

  @Test
  void aKillEndsEveryWait() throws Exception {
    for (Engine engine : Neighbours.engines(folder)) {
      try (Neighbours neighbours = new Neighbours(folder, engine)) {
        neighbours.rememberAll();
        for (String call : waits(Capability.NULL).keySet()) {
          long fastest = Long.MAX_VALUE;
          for (int i = 0; i < KILLS && fastest > A_SECOND / 20; i++) {
            try (HostcallExecutor waiting = waiting(neighbours, call)) {
              long start = System.nanoTime();
              waiting.cvm().kill();
              assertEquals(128 + 9, waiting.await().exitStatus(), call);
              fastest = Math.min(fastest, System.nanoTime() - start);
            }
          }
          assertTrue(fastest < A_SECOND, call + ": killed in " + fastest + " ns");
        }
        neighbours.assertVictimUnharmed();
      }
    }
  }

  /** A cVM that makes a call, or will do so in a moment. */
  private HostcallExecutor waiting(Neighbours neighbours, String call) throws Exception {
    HostcallExecutor attacker = neighbours.passing(Form.HYBRID, "attacker");
    attacker.put(NAME, "name\0");
    attacker.put(LOOP, LOOP_CODE);
    attacker.put(LOCK, LOCK_CODE);
    List<Job> jobs = waits(neighbours.ownWord(attacker, Form.HYBRID)).get(call);
    attacker.begin(jobs);
    attacker.awaitCalls(jobs.size());
    return attacker;
  }

  /** Whoever comes first: it ends once, and everything is given back once. */
  @Test
  void killsStopsAndClosesMeet() throws Exception {
    Engine engine = Neighbours.engines(folder).getLast();
    List<String> calls = List.copyOf(waits(Capability.NULL).keySet());
    try (ExecutorService threads = Executors.newFixedThreadPool(4);
        Neighbours neighbours = new Neighbours(folder, engine)) {
      for (int i = 0; i < RACES; i++) {
        try (HostcallExecutor waiting = waiting(neighbours, calls.get(i % calls.size()))) {
          Cvm cvm = waiting.cvm();
          Future<?> kill = threads.submit(cvm::kill);
          Future<?> stop = threads.submit(cvm::terminate);
          Future<Integer> end = threads.submit(() -> cvm.await().exitStatus());
          Future<?> usage = threads.submit(cvm::usage);
          kill.get();
          stop.get();
          usage.get();
          int status = end.get();
          assertTrue(status == 128 + 9 || status == 128 + 15, calls.get(i % calls.size()));
          Future<?> close = threads.submit(cvm::close);
          cvm.close();
          close.get();
          assertEquals(Cvm.State.CLOSED, cvm.state());
        }
      }
    }
  }
}
