package org.capvm.translator.check;

/**
 * Checks every class as it is made, where the environment variable {@code CAPVM_CHECK} is set: the
 * tests do so. It costs about a fifth of the translation's time.
 */
public final class CheckedClasses {
  private static final boolean ENABLED = System.getenv("CAPVM_CHECK") != null;

  private CheckedClasses() {}

  /**
   * Checks a class that was just made.
   *
   * @param clearsTags whether all its stores have to clear tags
   * @throws IllegalStateException when the checker rejects it: the translator is wrong
   */
  public static void made(byte[] classFile, boolean clearsTags) {
    check(
        () -> {
          if (clearsTags) {
            ClassChecker.checkTagClearing(classFile);
          } else {
            ClassChecker.check(classFile);
          }
        });
  }

  /** {@link #made} for code with capabilities. */
  public static void madeWithCapabilities(byte[] classFile) {
    check(() -> ClassChecker.checkWithCapabilities(classFile));
  }

  private interface Check {
    void run() throws RejectedClassException;
  }

  private static void check(Check check) {
    if (ENABLED) {
      try {
        check.run();
      } catch (RejectedClassException e) {
        throw new IllegalStateException("the translator made a class that is rejected", e);
      }
    }
  }
}
