package org.capvm.translator.emit;

/** Internal names and descriptors of what generated code refers to. */
final class Names {
  static final String HART = "org/capvm/runtime/hart/Hart";
  static final String HART_TYPE = "L" + HART + ";";
  static final String WINDOW = "org/capvm/runtime/memory/Window";
  static final String WINDOW_TYPE = "L" + WINDOW + ";";
  static final String MEMORY = "org/capvm/runtime/memory/Memory";
  static final String ACCESS_CHECK = "org/capvm/runtime/memory/AccessCheck";
  static final String IN_RANGE_MEMORY = "org/capvm/runtime/memory/InRangeMemory";
  static final String TAG_CLEARING_MEMORY = "org/capvm/runtime/memory/TagClearingMemory";
  static final String TAG_CLEARING_IN_RANGE = "org/capvm/runtime/memory/TagClearingInRangeMemory";
  static final String STACK = "org/capvm/runtime/hart/GuestStack";
  static final String FUNCTION = "org/capvm/runtime/hart/GuestFunction";
  static final String FUNCTION_TYPE = "L" + FUNCTION + ";";
  static final String DIRECT_FUNCTION = "org/capvm/runtime/hart/DirectFunction";
  static final String DIRECT_FUNCTION_TYPE = "L" + DIRECT_FUNCTION + ";";
  static final String UNWIND_TYPE = "Lorg/capvm/runtime/hart/Unwind;";
  static final String EXITS = "org/capvm/runtime/code/Exits";
  static final String FAST_DOUBLE = "org/capvm/runtime/floatingpoint/FastDouble";
  static final String FAST_SINGLE = "org/capvm/runtime/floatingpoint/FastSingle";

  private Names() {}

  /** The field of the hart that holds a register: x0 to x31, then f0 to f31. */
  static String field(int register) {
    return register < 32 ? "x" + register : "f" + (register - 32);
  }

  /** Name of the method of the function that is loaded at an address. */
  static String function(long address) {
    return "f_" + Long.toHexString(address);
  }
}
