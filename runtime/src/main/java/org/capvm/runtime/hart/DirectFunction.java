package org.capvm.runtime.hart;

/**
 * A guest function with a class of its own, which takes the first arguments as JVM parameters.
 *
 * <p>Because no two functions share a class, the class of the receiver tells the JIT compiler which
 * function an indirect call reaches: it inlines where there are one or two of them.
 */
public abstract class DirectFunction extends GuestFunction {
  /** How many of the integer argument registers, from a0, are parameters. */
  public static final int PARAMETERS = 4;

  /** The descriptor of {@link #call(Hart, long, long, long, long, long, long)}. */
  public static final String DESCRIPTOR = "(Lorg/capvm/runtime/hart/Hart;JJJJJJ)J";

  protected DirectFunction() {}

  /**
   * Runs the function until it returns to {@code returnTo} with the stack pointer {@code sp}; tail
   * calls are carried out. Registers that are not parameters are in the hart; of those that are,
   * the hart's copy may be stale.
   *
   * @return a0; the other results are in the hart
   * @throws Unwind when control goes anywhere else; the hart then holds the complete register file
   */
  public abstract long call(Hart h, long returnTo, long sp, long a0, long a1, long a2, long a3);
}
