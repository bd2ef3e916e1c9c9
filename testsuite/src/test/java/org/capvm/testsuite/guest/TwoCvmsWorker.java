package org.capvm.testsuite.guest;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.InterpreterEngine;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.intravisor.kernel.Kernels;
import org.capvm.testsuite.process.Capvm;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.TranslationCache;

/** The process of {@link TwoCvmsTest}: its guests write to its own standard output. */
final class TwoCvmsWorker {
  private static final int CVMS = 2;

  private TwoCvmsWorker() {}

  /** Arguments: a folder that is not used, the engine, and what each cVM runs. */
  public static void main(String[] arguments) throws Exception {
    Engine engine = engine(Capvm.Engine.valueOf(arguments[1]));
    List<String> words = List.of(arguments).subList(3, arguments.length);
    CvmOptions options = CvmOptions.of(arguments[2]).withArguments(words);
    List<Callable<Integer>> runs =
        Collections.nCopies(CVMS, () -> Kernels.create(options, engine).run().exitStatus());
    int worst = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(runs.size())) {
      for (Future<Integer> run : threads.invokeAll(runs)) {
        worst = Math.max(worst, run.get());
      }
    }
    Runtime.getRuntime().halt(worst);
  }

  private static Engine engine(Capvm.Engine engine) {
    return switch (engine) {
      case INTERPRETER -> new InterpreterEngine(null);
      case TRANSLATED ->
          new TranslatedEngine(
              new FileTranslations(TranslationCache.ofUser(), FileTranslations.Progress.NONE));
    };
  }
}
