package org.capvm.intravisor.cli;

import java.util.concurrent.atomic.AtomicReference;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.capvm.translator.image.FileTranslations.Progress;

/** Shows a translation's progress as a bar on standard error, one a file. */
final class TranslationProgress implements Progress {
  private static final int WIDTH = 80;

  private final AtomicReference<ProgressBar> bar = new AtomicReference<>();

  @Override
  public void started(String name, int classes) {
    bar.set(
        new ProgressBarBuilder()
            .setTaskName(name.substring(name.lastIndexOf('/') + 1))
            .setInitialMax(classes)
            .setStyle(ProgressBarStyle.ASCII)
            .setMaxRenderedLength(WIDTH)
            .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
            .build());
  }

  @Override
  public void advanced() {
    ProgressBar current = bar.get();
    if (current != null) {
      current.step();
    }
  }

  @Override
  public void finished(String name) {
    ProgressBar current = bar.getAndSet(null);
    if (current != null) {
      current.close();
    }
  }
}
