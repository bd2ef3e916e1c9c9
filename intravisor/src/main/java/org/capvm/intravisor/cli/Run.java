package org.capvm.intravisor.cli;

import org.capvm.intravisor.cli.RunCommand.EngineKind;
import org.capvm.intravisor.cli.RunCommand.Kernel;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.CvmResult;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.InterpreterEngine;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.intravisor.kernel.none.BareCvm;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.TranslationCache;

/** One run of a program, from its cVM to its exit status. */
final class Run {
  private final CvmOptions options;
  private final Kernel kernel;
  private final EngineKind engineKind;

  Run(CvmOptions options, Kernel kernel, EngineKind engineKind) {
    this.options = options;
    this.kernel = kernel;
    this.engineKind = engineKind;
  }

  /** The status that cvm ends with. */
  int execute() {
    Engine engine =
        switch (engineKind) {
          case INTERPRETER -> new InterpreterEngine();
          case TRANSLATED ->
              new TranslatedEngine(
                  new FileTranslations(
                      TranslationCache.ofUser(), FileTranslations.Progress.NONE));
        };
    try {
      CvmResult result =
          kernel == Kernel.NONE
              ? BareCvm.run(options, engine)
              : Cvm.runInForeground(options, engine);
      return result.exitStatus();
    } catch (CvmException e) {
      throw new UserException(exitCode(e.kind()), e.getMessage());
    } catch (InterruptedException e) {
      throw new IllegalStateException("the main thread was interrupted", e);
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
