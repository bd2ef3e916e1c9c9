package org.capvm.translator.check;

/** A generated class does what generated classes may not do. */
public final class RejectedClassException extends Exception {
  private static final long serialVersionUID = 1;

  /**
   * @param where class and method
   * @param what they do
   */
  RejectedClassException(String where, String what) {
    super(where + ": " + what);
  }
}
