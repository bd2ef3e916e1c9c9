package org.capvm.runtime.capability;

/** A capability check failed: a CHERI exception. Carries no stack trace. */
public final class CapabilityFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Number of the first special capability register, PCC, in {@link #register}. */
  public static final int SPECIAL = 32;

  /** {@link #register} of PCC. */
  public static final int PCC = SPECIAL;

  /** {@link #register} of DDC. */
  public static final int DDC = SPECIAL + 1;

  private final CapabilityCause cause;
  private final int register;

  /**
   * @param register whose capability failed: 0 to 31 for c0 to c31, {@link #SPECIAL} and above for
   *     special capability registers
   */
  public CapabilityFault(CapabilityCause cause, int register) {
    super(null, null, false, false);
    this.cause = cause;
    this.register = register;
  }

  public CapabilityCause violation() {
    return cause;
  }

  public int register() {
    return register;
  }

  /** The trap value: cause in bits 4 to 0, register above. */
  public long trapValue() {
    return (long) register << 5 | cause.code();
  }

  @Override
  public String getMessage() {
    String name =
        register < SPECIAL
            ? "c" + register
            : register == PCC ? "pcc" : register == DDC ? "ddc" : "scr" + (register - SPECIAL);
    return cause + " of " + name;
  }
}
