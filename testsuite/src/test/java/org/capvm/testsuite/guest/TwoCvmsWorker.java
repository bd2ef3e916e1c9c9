package org.capvm.testsuite.guest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.intravisor.kernel.Kernels;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.TranslationCache;

/** The process of {@link TwoCvmsTest}: its guests write to its own standard output. */
final class TwoCvmsWorker {
  private TwoCvmsWorker() {}

  /** Arguments: a folder that is not used, and a program for each cVM. */
  public static void main(String[] arguments) throws Exception {
    TranslatedEngine engine =
        new TranslatedEngine(
            new FileTranslations(TranslationCache.ofUser(), FileTranslations.Progress.NONE));
    List<Callable<Integer>> runs = new ArrayList<>();
    for (String program : List.of(arguments).subList(1, arguments.length)) {
      runs.add(() -> Kernels.create(options(Path.of(program)), engine).run().exitStatus());
    }
    int worst = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(runs.size())) {
      for (Future<Integer> run : threads.invokeAll(runs)) {
        worst = Math.max(worst, run.get());
      }
    }
    Runtime.getRuntime().halt(worst);
  }

  private static CvmOptions options(Path program) {
    return CvmOptions.of(program.toString());
  }
}
