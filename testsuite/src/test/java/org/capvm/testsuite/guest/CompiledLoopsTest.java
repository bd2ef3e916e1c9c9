package org.capvm.testsuite.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Capvm.Engine;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills and signals reach loops and recursion that C2 has compiled, as the JVM's log says. */
@Tag("slow")
class CompiledLoopsTest {
  private static final int SECONDS = 900;

  @TempDir private Path folder;

  /** The program looks into the log before each kill. */
  @Test
  void killed() throws IOException, InterruptedException {
    GuestSource source = source("killed-in-loops");
    Outcome outcome =
        run(source, List.of("--volume", folder + ":/log"), List.of("/log/compilations"));
    Expectation.read(source).check(outcome);
  }

  /** Compiled within the first rounds, while execution waits; signals count in later ones. */
  @Test
  void interrupted() throws IOException, InterruptedException {
    GuestSource source = source("signals-in-loops");
    Outcome outcome = run(source, List.of(), List.of());
    Expectation.read(source).check(outcome);
    Map<String, String> symbols = symbols(CrossCompiler.build(source));
    String compilations = Files.readString(folder.resolve("compilations"));
    List<String> shapes =
        outcome.outputText().lines().map(line -> line.split(",")[0]).distinct().toList();
    assertEquals(7, shapes.size());
    for (String shape : shapes) {
      String method = "f_" + symbols.get(shape);
      assertTrue(
          Pattern.compile(" 4 +guest\\S*::" + method + "\\b").matcher(compilations).find(),
          () -> "C2 did not compile " + shape + ", " + method);
    }
  }

  private static GuestSource source(String name) {
    return GuestSource.all().stream()
        .filter(source -> source.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Runs a program on a JVM whose C2 compiles its code early, and that says so in the folder. */
  private Outcome run(GuestSource source, List<String> options, List<String> arguments)
      throws InterruptedException {
    String flags =
        "-XX:CompileCommand=CompileThresholdScaling,guest*::*,0.002"
            + " -XX:CompileCommand=BackgroundCompilation,guest*::*,false"
            + " -XX:CompileCommand=quiet"
            + " -Xlog:jit+compilation=debug:file="
            + folder.resolve("compilations");
    List<String> program = new ArrayList<>(List.of(CrossCompiler.build(source).toString()));
    program.addAll(arguments);
    List<String> words = new ArrayList<>(List.of("env", Capvm.JVM_OPTIONS + "=" + flags));
    words.addAll(Capvm.run(Engine.TRANSLATED, options, program).words());
    return new Command(words).withSeconds(SECONDS).run();
  }

  /** Addresses of a program's functions, hexadecimal, without leading zeros. */
  private static Map<String, String> symbols(Path program) throws InterruptedException {
    return new Command(List.of("riscv64-linux-gnu-nm", program.toString()))
        .succeed()
        .outputText()
        .lines()
        .map(line -> line.split(" "))
        .filter(words -> words.length == 3 && words[1].equals("T"))
        .collect(
            Collectors.toMap(
                words -> words[2], words -> words[0].replaceFirst("^0+", ""), (a, b) -> a));
  }
}
