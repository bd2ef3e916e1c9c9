package org.capvm.runtime.capability;

/** Why a capability check failed: the cause codes of CHERI ISAv9, table 3.3. */
public enum CapabilityCause {
  LENGTH(0x1, "bounds violation"),
  TAG(0x2, "tag violation"),
  SEAL(0x3, "seal violation"),
  TYPE(0x4, "type violation"),
  USER_PERMISSION(0x8, "user-defined permission violation"),
  INEXACT_BOUNDS(0xa, "bounds cannot be represented exactly"),
  UNALIGNED_BASE(0xb, "unaligned base"),
  GLOBAL(0x10, "permit-global violation"),
  EXECUTE(0x11, "permit-execute violation"),
  LOAD(0x12, "permit-load violation"),
  STORE(0x13, "permit-store violation"),
  LOAD_CAPABILITY(0x14, "permit-load-capability violation"),
  STORE_CAPABILITY(0x15, "permit-store-capability violation"),
  STORE_LOCAL_CAPABILITY(0x16, "permit-store-local-capability violation"),
  SEAL_PERMISSION(0x17, "permit-seal violation"),
  ACCESS_SYSTEM_REGISTERS(0x18, "access-system-registers violation"),
  INVOKE(0x19, "permit-cinvoke violation"),
  UNSEAL(0x1b, "permit-unseal violation");

  private final int code;
  private final String text;

  CapabilityCause(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /** The cause code, five bits. */
  public int code() {
    return code;
  }

  /** The cause in words. */
  @Override
  public String toString() {
    return text;
  }
}
