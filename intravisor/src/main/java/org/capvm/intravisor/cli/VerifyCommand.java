package org.capvm.intravisor.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.capvm.intravisor.cli.RunCommand.EngineKind;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.KernelKind;
import org.capvm.intravisor.cvm.Limits;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.verify.ProgramVerification;
import org.capvm.intravisor.verify.Tally;
import org.capvm.intravisor.verify.VectorEngine;
import org.capvm.intravisor.verify.VectorException;
import org.capvm.intravisor.verify.VectorVerification;
import org.capvm.runtime.capability.Dialect;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cvm verify}. */
@Command(
    name = "verify",
    description = {
      "Hold Capvm to recorded results: vector files of single CHERI instructions, whose results a",
      "reference emulator gave, and folders of programs that check themselves (exit status 0).",
      "Without --vectors and --elf, runs the vector files that come with Capvm, of both versions",
      "of the ISA.",
      "The last line is 'N passed, N failed, N skipped'; each case counts once for each engine.",
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:nothing failed",
      "1:something failed, or cannot be read",
      "2:the command line is wrong",
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int BAR_WIDTH = 80;
  private static final int STANDARD_ERROR = 2;

  /** Which engines run cases and programs. */
  enum Engines {
    BOTH(
        "both",
        List.of(VectorEngine.values()),
        List.of(EngineKind.INTERPRETER, EngineKind.TRANSLATED)),
    INTERPRETER("interpreter", List.of(VectorEngine.INTERPRETER), List.of(EngineKind.INTERPRETER)),
    TRANSLATED("translated", List.of(VectorEngine.TRANSLATED), List.of(EngineKind.TRANSLATED));

    private final String word;
    private final List<VectorEngine> ofVectors;
    private final List<EngineKind> kinds;

    Engines(String word, List<VectorEngine> ofVectors, List<EngineKind> kinds) {
      this.word = word;
      this.ofVectors = ofVectors;
      this.kinds = kinds;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  @Option(
      names = "--vectors",
      arity = "1..*",
      paramLabel = "FILE",
      description = "Vector files, compressed with gzip or not.")
  private List<Path> vectors = List.of();

  @Option(
      names = "--isa",
      paramLabel = "xcheri-v9|xcheri-v8",
      description = "Version of the ISA that the vector files are of. Default: xcheri-v9.")
  private Isa isa;

  @Option(
      names = "--elf",
      paramLabel = "DIR",
      description = "A folder of static RISC-V programs that end with status 0 when they pass.")
  private Path programs;

  @Option(
      names = "--engine",
      paramLabel = "both|interpreter|translated",
      description = "What runs the cases, and the programs of --elf. Default: both.")
  private Engines engines = Engines.BOTH;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Tally tally = new Tally();
    try {
      for (VectorVerification verification : verifications()) {
        for (VectorEngine engine : engines.ofVectors) {
          try (ProgressBar bar = progressBar(verification.name(), verification.size())) {
            verification.run(tally, engine, bar::step);
          }
        }
      }
      if (programs != null) {
        runPrograms(tally);
      }
    } catch (VectorException e) {
      throw new UserException(e.getMessage());
    }
    print(tally);
    return tally.failed() == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<VectorVerification> verifications() {
    List<VectorVerification> verifications = new ArrayList<>();
    if (!vectors.isEmpty()) {
      Dialect dialect = isa == null ? Dialect.XCHERI_V9 : isa.dialect();
      for (Path file : vectors) {
        verifications.add(VectorVerification.of(file, dialect));
      }
    } else if (programs == null) {
      for (Isa each : isa == null ? List.of(Isa.values()) : List.of(isa)) {
        verifications.add(VectorVerification.ofOwn(each.dialect()));
      }
    }
    return verifications;
  }

  private void runPrograms(Tally tally) {
    ProgramVerification verification = new ProgramVerification(programs);
    for (EngineKind kind : engines.kinds) {
      String label = kind.toString();
      try (ProgressBar bar = progressBar(label, verification.size())) {
        verification.run(
            tally,
            label,
            program -> new Run(options(program), kind, Optional.empty()).execute(),
            bar::step);
      }
    }
  }

  private static CvmOptions options(Path program) {
    return new CvmOptions(
        program.toAbsolutePath().toString(),
        List.of(),
        Map.of("PATH", "/usr/bin:/bin", "HOME", "/", "LANG", "C.UTF-8"),
        Optional.empty(),
        List.of(),
        CvmOptions.DEFAULT_MEMORY,
        "/",
        false,
        Optional.empty(),
        Dialect.XCHERI_V9,
        KernelKind.HOST,
        Limits.NONE,
        Optional.empty());
  }

  private static ProgressBar progressBar(String name, long size) {
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(size)
            .setStyle(ProgressBarStyle.ASCII)
            .setMaxRenderedLength(BAR_WIDTH);
    if (!Host.isTerminal(STANDARD_ERROR)) {
      builder.setConsumer(new NoProgress());
    } else {
      builder.setConsumer(new ConsoleProgressBarConsumer(System.err, BAR_WIDTH));
    }
    return builder.build();
  }

  private void print(Tally tally) {
    var out = spec.commandLine().getOut();
    tally.table().forEach(out::println);
    tally.skips().forEach((reason, count) -> out.printf("skipped %5d  %s%n", count, reason));
    tally.failures().forEach(out::println);
    out.println(tally.summary());
  }
}
