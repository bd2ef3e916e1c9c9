package org.capvm.intravisor.cvm;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What may be translated of a cVM's code while it runs. What comes behind the limits is
 * interpreted, so that a guest that makes code for ever takes neither the memory nor the processors
 * of the others.
 */
public final class TranslationBudget {
  private final AtomicLong bytesLeft;
  private final AtomicLong nanosecondsLeft;

  /** The budget of one cVM. */
  public TranslationBudget(Limits limits) {
    bytesLeft = new AtomicLong(limits.codeBytes().orElse(Long.MAX_VALUE));
    nanosecondsLeft =
        new AtomicLong(limits.translatorTime().map(t -> t.toNanos()).orElse(Long.MAX_VALUE));
  }

  /** Whether another translation may be made. */
  boolean isLeft() {
    return bytesLeft.get() > 0 && nanosecondsLeft.get() > 0;
  }

  /**
   * Counts a translation, or a try.
   *
   * @param bytes of class files
   * @param nanoseconds of processor time
   */
  void spend(long bytes, long nanoseconds) {
    bytesLeft.addAndGet(-bytes);
    nanosecondsLeft.addAndGet(-nanoseconds);
  }
}
