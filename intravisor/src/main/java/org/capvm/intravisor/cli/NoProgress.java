package org.capvm.intravisor.cli;

import me.tongfei.progressbar.ProgressBarConsumer;

/** Shows no progress: standard error is not a terminal. */
final class NoProgress implements ProgressBarConsumer {
  @Override
  public int getMaxRenderedLength() {
    return 0;
  }

  @Override
  public void accept(String rendered) {}

  @Override
  public void close() {}
}
