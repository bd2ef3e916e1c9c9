package org.capvm.intravisor.cli;

import elf4j.Logger;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.capvm.intravisor.cli.RunCommand.EngineKind;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.CvmResult;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.InterpreterEngine;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.intravisor.kernel.Kernels;
import org.capvm.intravisor.observe.InterpretedFunctions;
import org.capvm.intravisor.observe.RunReport;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.FileTranslations.Progress;
import org.capvm.translator.image.ProgramImage;
import org.capvm.translator.image.TranslationCache;

/** One run of a program or an image, from its cVM to its exit status and its report. */
final class Run {
  private static final Logger LOG = Logger.instance();

  private final CvmOptions options;
  private final EngineKind engineKind;
  private final Optional<Path> report;

  Run(CvmOptions options, EngineKind engineKind, Optional<Path> report) {
    this.options = options;
    this.engineKind = engineKind;
    this.report = report;
  }

  /** The status that cvm ends with. */
  int execute() {
    Path file = Path.of(options.program());
    if (!ProgramImage.looksLikeOne(file)) {
      return execute(options, TranslationCache.ofUser());
    }
    try {
      ProgramImage image = ProgramImage.open(file);
      return execute(options.withProgram(image.program()), cache(image));
    } catch (IOException e) {
      throw new UserException(ExitCode.NOT_RUNNABLE, file + ": " + e.getMessage());
    }
  }

  private static TranslationCache cache(ProgramImage image) throws IOException {
    if (!image.isCurrent()) {
      LOG.warn("{} was made by another version of Capvm; translating again", image.path());
      return TranslationCache.ofUser();
    }
    return image.unpack(
        TranslationCache.userFolder().resolve("images").resolve(image.contentHash()));
  }

  private int execute(CvmOptions what, TranslationCache cache) {
    InterpretedFunctions interpreted = report.isPresent() ? new InterpretedFunctions() : null;
    TranslatedEngine translated =
        engineKind == EngineKind.TRANSLATED
            ? new TranslatedEngine(
                new FileTranslations(cache, Progress.NONE),
                interpreted,
                message -> LOG.warn(message))
            : null;
    Engine engine = translated == null ? new InterpreterEngine(interpreted) : translated;
    long startUp = report.isPresent() ? RunReport.sinceStart() : 0;
    long start = System.nanoTime();
    try {
      CvmResult result = Kernels.create(what, engine).runInForeground();
      if (report.isPresent()) {
        RunReport written = new RunReport(what, result);
        var translations =
            translated == null ? List.<FileTranslations.Result>of() : translated.used();
        written.addTimes(startUp, System.nanoTime() - start, translations);
        written.addTranslations(translations);
        written.addInterpreted(interpreted);
        write(written, report.get());
      }
      return result.exitStatus();
    } catch (CvmException e) {
      throw new UserException(exitCode(e.kind()), e.getMessage());
    } catch (InterruptedException e) {
      throw new IllegalStateException("the main thread was interrupted", e);
    }
  }

  private static void write(RunReport report, Path file) {
    try {
      report.write(file);
    } catch (IOException e) {
      throw new UserException(
          ExitCode.RUN_FAILED, file + ": the report cannot be written: " + e.getMessage());
    }
  }

  private static int exitCode(CvmException.Kind kind) {
    return switch (kind) {
      case NO_PROGRAM -> ExitCode.NOT_FOUND;
      case NOT_RUNNABLE -> ExitCode.NOT_RUNNABLE;
      case OPTION -> ExitCode.RUN_FAILED;
    };
  }
}
