package org.capvm.runtime.code;

import java.util.OptionalLong;

/**
 * Finds the guest address of an instruction that threw, from the stack trace: a generated method's
 * name ends in the guest address that its line numbers count half-words from, starting with 1.
 */
final class FaultLocation {
  private static final String PREFIX = TranslatedCode.PACKAGE + ".";

  private FaultLocation() {}

  /**
   * The guest address; empty when no generated method is the innermost one that runs guest code.
   */
  static OptionalLong of(Throwable thrown) {
    for (StackTraceElement frame : thrown.getStackTrace()) {
      if (frame.getClassName().startsWith(PREFIX)) {
        String name = frame.getMethodName();
        int base = name.lastIndexOf('_') + 1;
        if (frame.getLineNumber() < 1) {
          return OptionalLong.empty();
        }
        return OptionalLong.of(
            Long.parseUnsignedLong(name, base, name.length(), 16)
                + 2L * (frame.getLineNumber() - 1));
      }
    }
    return OptionalLong.empty();
  }
}
