package org.capvm.testsuite.hostcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.Limits;
import org.capvm.intravisor.cvm.StandardStreams;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.kernel.Kernels;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.testsuite.hostcall.HostcallExecutor.Form;
import org.capvm.testsuite.hostcall.HostcallExecutor.Job;
import org.capvm.testsuite.process.Command;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the limits of a cVM stop, in both kernels and both engines, as the README's table says. */
@Tag("slow")
class LimitsTest {
  private static final long LOOP = HostcallExecutor.ARENA;
  private static final int JUMP_TO_SELF = 0x6f;

  /** Status of a cVM whose processor time is up: SIGXCPU. */
  private static final int OUT_OF_TIME = 128 + 24;

  private static final long MEMORY = 64L << 20;

  @TempDir private Path folder;
  private Path program;

  @BeforeEach
  void build() throws Exception {
    program = folder.resolve("limits");
    new Command(
            List.of(
                "riscv64-linux-gnu-gcc",
                "-O2",
                "-static",
                "-o",
                program.toString(),
                "src/test/limits/limits.c"))
        .succeed();
  }

  private record Ended(int status, String output) {}

  private Ended run(Engine engine, Limits limits, String argument) throws Exception {
    CvmOptions options =
        CvmOptions.of(program.toString())
            .withArguments(List.of(argument))
            .withMemory(MEMORY)
            .withLimits(limits);
    try (Cvm cvm = Kernels.create(options, engine);
        StandardStreams streams = StandardStreams.piped()) {
      cvm.start(streams);
      int status = cvm.await().exitStatus();
      var output = streams.output();
      byte[] text = output.readNBytes(output.available());
      return new Ended(status, new String(text, StandardCharsets.US_ASCII));
    }
  }

  @Test
  void programsGetNoMoreThanTheirLimits() throws Exception {
    for (Engine engine : Neighbours.engines(folder)) {
      assertEquals(
          new Ended(0, "4 11\n"), run(engine, Limits.NONE.with("nproc", "5"), "nproc"), "EAGAIN");
      assertEquals(
          new Ended(0, "7 24\n"),
          run(engine, Limits.NONE.with("nofile", "10"), "nofile"),
          "EMFILE");
      Ended memory = run(engine, Limits.NONE, "memory");
      assertTrue(memory.output().matches("[0-9]{2} 12\n"), memory.output());
      assertTrue(Integer.parseInt(memory.output().substring(0, 2)) < MEMORY >> 20);
      assertEquals(
          OUT_OF_TIME, run(engine, Limits.NONE.with("cpu", "0.2"), "cpu").status(), "SIGXCPU");
    }
  }

  @Test
  void bareCvmsGetNoMoreThanTheirLimits() throws Exception {
    for (Engine engine : Neighbours.engines(folder)) {
      for (Form form : List.of(Form.PLAIN, Form.PURE)) {
        threads(engine, form);
      }
      for (Form form : List.of(Form.PLAIN, Form.HYBRID)) {
        Limits limits = Limits.NONE.with("cpu", "0.2");
        List<Job> jobs = List.of(new Job("create", 11, LOOP, 0), new Job("join", 14, 2));
        try (HostcallExecutor executor = executor(engine, form, limits)) {
          executor.put(LOOP, JUMP_TO_SELF);
          executor.begin(jobs);
          assertEquals(OUT_OF_TIME, executor.await().exitStatus());
        }
      }
    }
  }

  private HostcallExecutor executor(Engine engine, Form form, Limits limits) throws Exception {
    return new HostcallExecutor(form.build(folder), engine, new IpcNamespace(), "limited", limits);
  }

  /** The first thread is one of three. */
  private void threads(Engine engine, Form form) throws Exception {
    try (HostcallExecutor executor = executor(engine, form, Limits.NONE.with("nproc", "3"))) {
      executor.put(LOOP, JUMP_TO_SELF);
      List<Job> jobs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        jobs.add(new Job("create", 11, List.of(form.code(LOOP), form.code(LOOP))));
      }
      executor.begin(jobs);
      assertEquals(0, executor.await().exitStatus());
      assertTrue(executor.result(0).orElseThrow() > 0 && executor.result(1).orElseThrow() > 0);
      assertEquals(Errno.EAGAIN, executor.result(2).orElseThrow());
      assertEquals(Errno.EAGAIN, executor.result(3).orElseThrow());
    }
  }

  /** What the limits leave untranslated is interpreted, and does the same. */
  @Test
  void codeBehindItsLimitIsInterpreted() throws Exception {
    Path generations = folder.resolve("generations");
    new Command(
            List.of(
                "riscv64-linux-gnu-gcc",
                "-O2",
                "-static",
                "-o",
                generations.toString(),
                "src/test/growth/generations.c"))
        .succeed();
    program = generations;
    for (Limits limits :
        List.of(Limits.NONE.with("code", "1"), Limits.NONE.with("translation", "0.000001"))) {
      assertEquals(0, run(Neighbours.engines(folder).getLast(), limits, "50").status());
    }
  }
}
