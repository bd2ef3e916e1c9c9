package org.capvm.testsuite.tags;

/**
 * An operation of a hart on the first granule, unless it says otherwise. A, B and C are
 * capabilities whose bounds differ in base, length and exponent; the bits of Z are all 0.
 *
 * <ul>
 *   <li>{@code lc}, {@code sc A}, {@code swap A}, {@code lr.c}, {@code sc.c A}: of capabilities
 *   <li>{@code sd 0}, {@code sd low A}, {@code sd high A}, {@code sb 0}, {@code sd next}, {@code sd
 *       second}: integer stores; one straddles the first and the second granule, one is in the
 *       second
 *   <li>{@code lr.d}, {@code sc.d 0}, {@code amoadd 0}
 *   <li>{@code discard}, {@code write A}: the kernel gives back the page, writes bytes
 * </ul>
 *
 * With {@code i:} before it the interpreter executes an instruction; with {@code m:} it is a store
 * of translated code without capabilities, which looks at the mark of its page; with {@code w:} one
 * of a loop that asked for its range before; otherwise it is what translated code calls.
 */
record Operation(String text) {
  /** Without the engine. */
  String plain() {
    return text.charAt(1) == ':' ? text.substring(2) : text;
  }

  private String verb() {
    return plain().split(" ")[0];
  }

  /** What it stores, or an empty string. */
  String operand() {
    int space = plain().indexOf(' ');
    return space < 0 ? "" : plain().substring(space + 1);
  }

  boolean loadsCapability() {
    return switch (verb()) {
      case "lc", "lr.c", "swap" -> true;
      default -> false;
    };
  }

  /** Whether it stored a capability, given its result. */
  boolean stored(String result) {
    return switch (verb()) {
      case "sc", "swap" -> true;
      case "sc.c" -> result.equals("0");
      default -> false;
    };
  }

  /** Whether it overwrote the first granule with something that is no capability. */
  boolean cleared(String result) {
    return switch (verb()) {
      case "sb", "amoadd", "discard", "write" -> true;
      case "sd" -> !operand().equals("second");
      case "sc.d" -> result.equals("0");
      default -> false;
    };
  }

  /** Whether it is atomic against all others of this kind. */
  boolean isAtomic() {
    return switch (verb()) {
      case "lc", "sc", "swap", "lr.c", "sc.c", "lr.d", "sc.d", "amoadd" -> true;
      default -> false;
    };
  }

  boolean reserves() {
    return verb().startsWith("lr");
  }

  boolean isConditional() {
    return verb().equals("sc.c") || verb().equals("sc.d");
  }

  boolean isAdd() {
    return verb().equals("amoadd");
  }
}
