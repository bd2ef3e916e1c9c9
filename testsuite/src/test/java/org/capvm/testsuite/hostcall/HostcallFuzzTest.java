package org.capvm.testsuite.hostcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.capvm.intravisor.cvm.CvmResult;
import org.capvm.intravisor.cvm.InterpreterEngine;
import org.capvm.testsuite.hostcall.HostcallExecutor.Form;
import org.capvm.testsuite.hostcall.HostcallExecutor.Job;
import org.capvm.testsuite.process.Footprint;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostcalls with random numbers and arguments, by several cVMs at once beside a victim, which share
 * names with each other: none hurts the victim or the JVM, and none leaves anything behind. Who
 * waits for ever is killed there.
 *
 * <p>{@code -Dcapvm.hostcalls.cvms=N} lets N cVMs make 4,000 calls each; {@code
 * -Dcapvm.hostcalls.first=SEED} begins with another seed than 1.
 */
@Tag("slow")
class HostcallFuzzTest {
  private static final long FIRST = Long.getLong("capvm.hostcalls.first", 1);
  private static final int CVMS = SuiteSize.number("capvm.hostcalls.cvms", 10, 350, 3_500);

  /** Those that run at a time. */
  private static final int ATTACKERS = 4;

  /** Classes, pools and buffers exist once. */
  private static final int WARM_UP = 40;

  /** A cVM that has made no call for so long waits: many times what the longest takes. */
  private static final long STALLED = 40_000_000;

  private static final Duration LOOK = Duration.ofMillis(2);

  /** Bytes that code, classes and profiles may still take after the warm-up. */
  private static final long MOST_MEMORY = 160L << 20;

  @TempDir private Path folder;

  private final AtomicLong made = new AtomicLong();
  private final AtomicLong killed = new AtomicLong();

  @Test
  void randomCallsGetErrorsOnly() throws Exception {
    run(1_000_000_000, WARM_UP);
    Footprint before = Footprint.now();
    made.set(0);
    killed.set(0);
    run(FIRST, CVMS);
    Footprint after = Footprint.settled(before, MOST_MEMORY);
    System.out.printf(
        "%,d hostcalls, seeds %d to %d; %d cVMs waited for ever%nbefore %s%nafter  %s%n",
        made.get(), FIRST, FIRST + CVMS - 1, killed.get(), before, after);
    after.assertNoMoreThan(before, MOST_MEMORY);
  }

  private void run(long first, int count) throws Exception {
    // Both engines make a half of the calls; each of their cVMs runs beside others.
    for (var engine : Neighbours.engines(folder)) {
      try (Neighbours neighbours = new Neighbours(folder, engine);
          ExecutorService threads = Executors.newFixedThreadPool(ATTACKERS)) {
        neighbours.rememberAll();
        List<Callable<Void>> runs = new ArrayList<>();
        boolean interprets = engine instanceof InterpreterEngine;
        for (int i = interprets ? 0 : 1; i < count; i += 2) {
          long seed = first + i;
          runs.add(() -> attack(neighbours, seed));
        }
        for (Future<Void> each : threads.invokeAll(runs)) {
          each.get();
        }
        neighbours.assertVictimUnharmed();
      }
    }
  }

  private Void attack(Neighbours neighbours, long seed) throws Exception {
    List<Form> forms = List.copyOf(Form.USUAL);
    Form form = forms.get((int) (seed / 2 % forms.size()));
    FuzzCalls fuzz = new FuzzCalls(seed, form, neighbours.victim().hostcalls());
    List<Job> calls = fuzz.calls();
    String what = "-Dcapvm.hostcalls.first=" + seed + " -Dcapvm.hostcalls.cvms=1 (" + form + ")";
    try (HostcallExecutor attacker = neighbours.passing(form, "fuzz" + seed)) {
      fuzz.prepare(attacker);
      attacker.begin(calls);
      boolean waits = !endsOrWaits(attacker);
      if (waits) {
        killed.incrementAndGet();
        attacker.cvm().kill();
      }
      CvmResult result = attacker.await();
      made.addAndGet(result.systemCalls().values().stream().mapToLong(count -> count).sum());
      assertNotEquals(128 + 6, result.exitStatus(), what + ": an exception of ours");
      assertEquals(-1, GuestMemory.find(attacker.window(), Neighbours.SECRET), what);
    }
    return null;
  }

  /** Whether it has ended; false when it makes no more calls. */
  private static boolean endsOrWaits(HostcallExecutor attacker) throws InterruptedException {
    long calls = -1;
    long since = System.nanoTime();
    while (!attacker.endsWithin(LOOK)) {
      long now = attacker.cvm().usage().calls();
      if (now != calls) {
        calls = now;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > STALLED) {
        return false;
      }
    }
    return true;
  }
}
