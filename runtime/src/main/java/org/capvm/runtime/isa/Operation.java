package org.capvm.runtime.isa;

import java.util.Locale;

/**
 * The static method that defines what an instruction computes. The interpreter calls it; the
 * emitter may, unless it knows a faster spelling of the same.
 *
 * @param owner internal name of the class, with slashes
 * @param name of the method
 * @param descriptor of the method
 */
public record Operation(String owner, String name, String descriptor) {
  /** Internal name of the class that defines the integer operations. */
  public static final String INTEGER = "org/capvm/runtime/isa/IntegerOperations";

  /** Internal name of the class that defines the operations of the A extension. */
  public static final String ATOMIC = "org/capvm/runtime/isa/AtomicOperations";

  /** Internal name of the class that defines the operations of the F extension. */
  public static final String SINGLE = "org/capvm/runtime/floatingpoint/SingleOperations";

  /** Internal name of the class that defines the operations of the D extension. */
  public static final String DOUBLE = "org/capvm/runtime/floatingpoint/DoubleOperations";

  /** A function of two register values, in {@link IntegerOperations}. */
  static Operation integer(String name) {
    return new Operation(INTEGER, name, "(JJ)J");
  }

  /** A branch condition, in {@link IntegerOperations}. */
  static Operation condition(String name) {
    return new Operation(INTEGER, name, "(JJ)Z");
  }

  /**
   * An operation on memory, in {@link AtomicOperations}: a function of the hart, the address and,
   * except of load reserved, the value of rs2.
   */
  static Operation atomic(String mnemonic, Format format) {
    String value = format.readsRs2() ? "J" : "";
    return new Operation(
        ATOMIC, method(mnemonic), "(Lorg/capvm/runtime/hart/Hart;J" + value + ")J");
  }

  /**
   * A function of the hart (its flags), the source registers' raw bits in the order rs1, rs2, rs3
   * and the resolved rounding mode where the format has one.
   */
  static Operation floating(String mnemonic, Format format) {
    StringBuilder descriptor = new StringBuilder("(Lorg/capvm/runtime/hart/Hart;");
    for (Operand operand : format.operands()) {
      switch (operand) {
        case RS1, FS1, FS2, FS3 -> descriptor.append('J');
        case ROUNDING_MODE -> descriptor.append('I');
        default -> {}
      }
    }
    String owner = mnemonic.contains(".d") ? DOUBLE : SINGLE;
    return new Operation(owner, method(mnemonic), descriptor.append(")J").toString());
  }

  /** {@code fcvt.wu.d} is defined by {@code fcvtWUD}. */
  private static String method(String mnemonic) {
    StringBuilder name = new StringBuilder();
    for (String part : mnemonic.split("\\.")) {
      name.append(name.isEmpty() ? part : part.toUpperCase(Locale.ROOT));
    }
    return name.toString();
  }
}
