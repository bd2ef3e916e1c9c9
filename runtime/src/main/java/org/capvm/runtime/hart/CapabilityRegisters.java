package org.capvm.runtime.hart;

import java.util.Arrays;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;

/**
 * What a hart of a cVM with capabilities has besides its integer registers: c1 to c31, which extend
 * x1 to x31 (a merged register file), PCC, DDC and the special capability registers.
 *
 * <p>The address of a capability register is the hart's integer register. Here is the rest: nothing
 * where the register holds an integer, that is NULL with an address, so that integer instructions
 * need only forget.
 */
public final class CapabilityRegisters {
  /** Special capability registers are numbered with five bits. */
  private static final int SPECIALS = 32;

  private final Hart h;
  private final Dialect dialect;
  private final Capability[] c = new Capability[32];
  private final Capability[] special = new Capability[SPECIALS];
  private Capability pcc;
  private Capability ddc;
  private Capability reserved;
  private long reservedAddress;
  private int reservedSize;

  /**
   * @param h whose integer registers are the addresses
   * @param pcc and {@code ddc} at the start; the address of PCC becomes the hart's pc
   */
  public CapabilityRegisters(Hart h, Dialect dialect, Capability pcc, Capability ddc) {
    this.h = h;
    this.dialect = dialect;
    this.ddc = ddc;
    setPcc(pcc);
    Arrays.fill(special, Capability.NULL);
  }

  public Dialect dialect() {
    return dialect;
  }

  /** Capability register {@code n}, 0 to 31. */
  public Capability get(int n) {
    Capability held = c[n];
    return held != null ? held : Capability.integer(h.x(n));
  }

  /** Writes capability register {@code n}; a write to c0 has no effect. */
  public void set(int n, Capability value) {
    h.x(n, value.address());
    if (n != 0) {
      c[n] = value.isTagged() || value.metadataWord() != 0 ? value : null;
    }
  }

  /**
   * What register {@code n} holds besides its address, for code that keeps the two apart; see
   * {@link Capability#inRegister}.
   */
  public Capability held(int n) {
    Capability held = c[n];
    return held != null ? held : Capability.NULL;
  }

  /** Writes register {@code n}, 1 to 31, from the two parts that {@link #held} describes. */
  public void hold(int n, long address, Capability held) {
    if (held == Capability.NULL) {
      setInteger(n, address);
    } else {
      set(n, Capability.inRegister(held, address));
    }
  }

  /** Writes an integer to register {@code n}; a write to x0 has no effect. */
  public void setInteger(int n, long value) {
    h.x(n, value);
    c[n] = null;
  }

  /** Says that an integer was written to the hart's register {@code n}. */
  public void wroteInteger(int n) {
    c[n] = null;
  }

  /** PCC with the hart's pc as its address. */
  public Capability pcc() {
    return pcc.address() == h.pc ? pcc : pcc.withAddress(h.pc);
  }

  /** PCC with whatever address: its bounds, permissions and mode. */
  public Capability pccBounds() {
    return pcc;
  }

  /** Replaces PCC, and the pc by its address. */
  public void setPcc(Capability value) {
    pcc = value;
    h.pc = value.address();
  }

  public Capability ddc() {
    return ddc;
  }

  public void setDdc(Capability value) {
    ddc = value;
  }

  /** Special capability register {@code n}, 2 to 31. */
  public Capability special(int n) {
    return special[n];
  }

  public void setSpecial(int n, Capability value) {
    special[n] = value;
  }

  /**
   * Remembers what a load reserved.
   *
   * @param size in bytes; {@link Capability#SIZE} for a capability
   * @param value that memory held, an integer sign-extended
   */
  public void reserve(long address, int size, Capability value) {
    reserved = value;
    reservedAddress = address;
    reservedSize = size;
  }

  /** Whether a load reserved these bytes. */
  public boolean isReserved(long address, int size) {
    return reserved != null && reservedAddress == address && reservedSize == size;
  }

  /** What a load reserved there in that size, or null; the reservation is gone. */
  public Capability takeReservation(long address, int size) {
    Capability value = reserved;
    reserved = null;
    return reservedAddress == address && reservedSize == size ? value : null;
  }
}
