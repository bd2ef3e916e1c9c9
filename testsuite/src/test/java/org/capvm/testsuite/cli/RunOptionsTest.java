package org.capvm.testsuite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the options of {@code cvm run} and the commands about cvm itself do. */
class RunOptionsTest {
  @TempDir Path folder;
  private Cvm cvm;

  @BeforeEach
  void prepare() {
    cvm = new Cvm(folder.resolve("cache"));
  }

  /** Builds a program from assembly. */
  private Path assemble(String text) throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("program.S"), text);
    Path program = folder.resolve("program");
    new Command(
            List.of(
                "riscv64-linux-gnu-gcc",
                "-nostdlib",
                "-static",
                "-o",
                program.toString(),
                source.toString()))
        .succeed();
    return program;
  }

  @Test
  void bareProgramsUseHostcalls() throws Exception {
    Path program =
        assemble(
            """
            .globl _start
            _start: lla a0, text
                    li a1, 5
                    li t5, 1        # print
                    ecall
                    li a0, 7
                    li t5, 13       # thread_exit
                    ecall
            text:   .ascii "bare\\n"
            """);
    Outcome outcome = cvm.command("run", "--kernel", "none", program).run();
    assertEquals(7, outcome.status(), outcome.errorText());
    assertEquals("bare\n", outcome.outputText());
  }

  @Test
  void hostcallsRefusePointersOutOfTheWindow() throws Exception {
    Path program =
        assemble(
            """
            .globl _start
            _start: li a0, 0
                    li a1, 5
                    li t5, 1        # print
                    ecall
                    neg a0, a0
                    li t5, 13       # thread_exit with the error
                    ecall
            """);
    Outcome outcome = cvm.command("run", "--kernel", "none", program).run();
    assertEquals(14, outcome.status(), outcome.errorText());
    assertEquals("", outcome.outputText());
  }

  @Test
  void timeLimitsEndProgramsThatSpin() throws Exception {
    Path program = assemble(".globl _start\n_start: j _start\n");
    for (String engine : List.of("translated", "interpreter")) {
      Outcome outcome = cvm.command("run", "--engine", engine, "--time-limit", 0.5, program).run();
      assertEquals(124, outcome.status(), outcome.errorText());
    }
  }

  @Test
  void reportsSayWhatHappened() throws Exception {
    Path report = folder.resolve("report.json");
    cvm.command("run", "--report", report, Cvm.HELLO).succeed();
    String text = Files.readString(report);
    for (String part :
        List.of(
            "\"exitStatus\": 0",
            "\"write\": 3",
            "\"seconds\"",
            "\"bytecodeBytes\"",
            "\"interpreted\"")) {
      assertTrue(text.contains(part), text);
    }
  }

  @Test
  void straceShowsSystemCalls() throws Exception {
    String shown = cvm.command("run", "--strace", Cvm.HELLO).succeed().errorText();
    assertTrue(shown.contains("write(1, "), shown);
  }

  @Test
  void signalsBecomeStatuses() throws Exception {
    Path program = assemble(".globl _start\n_start: li a0, 0x10\n sd a0, 0(a0)\n");
    assertEquals(139, cvm.command("run", program).run().status());
  }

  @Test
  void completionIsAShellScript() throws Exception {
    Path script = folder.resolve("completion");
    Files.writeString(script, cvm.command("completion").succeed().outputText());
    new Command(List.of("bash", "-n", script.toString())).succeed();
    assertTrue(Files.readString(script).contains("translate"));
  }

  @Test
  void theManualNamesAllCommands() throws Exception {
    String page = cvm.command("man").succeed().outputText();
    String help = cvm.command("help").succeed().outputText();
    for (String command :
        List.of("run", "translate", "cache", "inspect", "disasm", "version", "completion", "man")) {
      assertTrue(page.contains(".SS cvm " + command), page);
      assertTrue(help.contains("  " + command + " "), help);
    }
  }

  @Test
  void disasmShowsBothSides() throws Exception {
    String listing = cvm.command("disasm", Cvm.HELLO).succeed().outputText();
    assertTrue(listing.contains("ecall"), listing);
    assertTrue(listing.contains("ALOAD 0"), listing);
  }
}
