package org.capvm.intravisor.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.HostGuest;
import org.capvm.intravisor.cvm.KernelKind;
import org.capvm.intravisor.cvm.Limits;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.runtime.capability.Dialect;
import org.capvm.translator.check.RejectedClassException;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.FileTranslations.Progress;
import org.capvm.translator.image.FileTranslations.Result;
import org.capvm.translator.image.ProgramImage;
import org.capvm.translator.image.TranslationCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cvm translate}. */
@Command(
    name = "translate",
    description = {
      "Translate a program with its dynamic linker and the libraries it needs. The translations are",
      "put into IMAGE, which 'cvm run' takes in place of PROGRAM, and into the cache.",
    })
final class TranslateCommand implements Callable<Integer> {
  private static final int STANDARD_ERROR = 2;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "The guest's root folder. PROGRAM is then a path in it, otherwise a host file.")
  private Path root;

  @Option(names = "-o", paramLabel = "IMAGE", required = true, description = "The file to write.")
  private Path image;

  @Option(
      names = "--check",
      description = {
        "Hold every class, also those from the cache, to what generated code may do, by a checker",
        "that shares nothing with the translator. When it rejects one, it says why, no IMAGE is",
        "written, and the exit status is 1.",
      })
  private boolean check;

  @Parameters(paramLabel = "PROGRAM", description = "The program.")
  private String program;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    checkTarget();
    Progress progress = Host.isTerminal(STANDARD_ERROR) ? new TranslationProgress() : Progress.NONE;
    TranslationCache cache = TranslationCache.ofUser();
    TranslatedEngine engine = new TranslatedEngine(new FileTranslations(cache, progress));
    try {
      HostGuest.load(options(), engine);
    } catch (CvmException e) {
      throw new UserException(e.getMessage());
    }
    if (check) {
      check(cache, engine.used());
    }
    write(cache, engine.used());
    TranslationReport.print(engine.used(), spec.commandLine().getOut());
    return ExitCode.OK;
  }

  /** Before the work, not after it. */
  private void checkTarget() {
    // First of all: the root folder has no parent.
    if (Files.isDirectory(image)) {
      throw new UserException(image + ": is a directory");
    }
    Path folder = image.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new UserException(image + ": there is no folder " + folder);
    }
    if (!Files.isWritable(folder)) {
      throw new UserException(image + ": the folder " + folder + " cannot be written to");
    }
  }

  private CvmOptions options() {
    return new CvmOptions(
        program,
        List.of(),
        Map.of(),
        Optional.ofNullable(root),
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

  private void check(TranslationCache cache, List<Result> results) {
    StringBuilder report = new StringBuilder();
    for (Result result : results) {
      long start = System.nanoTime();
      try {
        int classes = result.file().check(result.key().variant());
        double seconds = (System.nanoTime() - start) / 1e9;
        report.append(
            "%s: %,d classes checked in %.1f s%n".formatted(result.name(), classes, seconds));
      } catch (RejectedClassException e) {
        throw new UserException(
            "%s: its translation %s is rejected: %s"
                .formatted(result.name(), cache.path(result.key()), e.getMessage()));
      }
    }
    spec.commandLine().getOut().print(report);
  }

  private void write(TranslationCache cache, List<Result> results) {
    for (Result result : results) {
      if (result.warning() != null) {
        throw new UserException(result.warning());
      }
    }
    try {
      ProgramImage.write(
          image, program, results.stream().map(r -> cache.path(r.key())).distinct().toList());
    } catch (IOException e) {
      throw new UserException(image + ": cannot be written: " + e.getMessage());
    }
  }
}
