package org.capvm.runtime.hart;

import java.util.Arrays;
import jdk.internal.misc.Unsafe;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.ObjectType;

/**
 * What a hart of a cVM with capabilities has besides its integer registers: c1 to c31, which extend
 * x1 to x31 (a merged register file), PCC, DDC and the special capability registers.
 *
 * <p>The address of a capability register is the hart's integer register. Here is the rest: nothing
 * where the register holds an integer, that is NULL with an address, so that integer instructions
 * need only forget; otherwise a capability whose own address may be another, see {@link
 * Capability#inRegister}.
 */
public final class CapabilityRegisters {
  /** Special capability registers are numbered with five bits. */
  private static final int SPECIALS = 32;

  private static final Unsafe U = Unsafe.getUnsafe();

  private static final long[] OFFSETS = offsets();

  // What c1 to c31 hold besides their addresses, NULL for integers: fields, as the hart's registers
  // are, because translated code names them one by one.
  public Capability c1 = Capability.NULL;
  public Capability c2 = Capability.NULL;
  public Capability c3 = Capability.NULL;
  public Capability c4 = Capability.NULL;
  public Capability c5 = Capability.NULL;
  public Capability c6 = Capability.NULL;
  public Capability c7 = Capability.NULL;
  public Capability c8 = Capability.NULL;
  public Capability c9 = Capability.NULL;
  public Capability c10 = Capability.NULL;
  public Capability c11 = Capability.NULL;
  public Capability c12 = Capability.NULL;
  public Capability c13 = Capability.NULL;
  public Capability c14 = Capability.NULL;
  public Capability c15 = Capability.NULL;
  public Capability c16 = Capability.NULL;
  public Capability c17 = Capability.NULL;
  public Capability c18 = Capability.NULL;
  public Capability c19 = Capability.NULL;
  public Capability c20 = Capability.NULL;
  public Capability c21 = Capability.NULL;
  public Capability c22 = Capability.NULL;
  public Capability c23 = Capability.NULL;
  public Capability c24 = Capability.NULL;
  public Capability c25 = Capability.NULL;
  public Capability c26 = Capability.NULL;
  public Capability c27 = Capability.NULL;
  public Capability c28 = Capability.NULL;
  public Capability c29 = Capability.NULL;
  public Capability c30 = Capability.NULL;
  public Capability c31 = Capability.NULL;

  private final Hart h;
  private final Dialect dialect;
  private final Capability[] special = new Capability[SPECIALS];

  /** Whether one of them was written. */
  private boolean hasSpecials;

  private Capability pcc;

  /** {@link #sentry()} of the present PCC, or null. */
  private Capability sentry;

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

  /** The same registers of another hart, whose integer registers and pc become the same. */
  public CapabilityRegisters copyTo(Hart other) {
    var copy = new CapabilityRegisters(other, dialect, pcc(), ddc);
    for (int n = 1; n < OFFSETS.length; n++) {
      copy.set(n, get(n));
    }
    System.arraycopy(special, 0, copy.special, 0, SPECIALS);
    copy.hasSpecials = hasSpecials;
    return copy;
  }

  /**
   * Makes all registers what they are in a new object, but for the addresses: those are the hart's.
   *
   * @param newPcc and {@code newDdc} as in the constructor
   */
  public void restart(Capability newPcc, Capability newDdc) {
    for (int n = 1; n < OFFSETS.length; n++) {
      if (held(n) != Capability.NULL) { // Few do, and a store of a reference costs the GC more.
        hold(n, Capability.NULL);
      }
    }
    if (hasSpecials) {
      Arrays.fill(special, Capability.NULL);
      hasSpecials = false;
    }
    reserved = null;
    ddc = newDdc;
    setPcc(newPcc);
  }

  private static long[] offsets() {
    long[] offsets = new long[32];
    for (int n = 1; n < offsets.length; n++) {
      offsets[n] = U.objectFieldOffset(CapabilityRegisters.class, "c" + n);
    }
    return offsets;
  }

  public Dialect dialect() {
    return dialect;
  }

  /** Capability register {@code n}, 0 to 31. */
  public Capability get(int n) {
    return Capability.inRegister(held(n), h.x(n));
  }

  /** Writes capability register {@code n}; a write to c0 has no effect. */
  public void set(int n, Capability value) {
    h.x(n, value.address());
    boolean integer = !value.isTagged() && value.metadataWord() == 0;
    hold(n, integer ? Capability.NULL : value);
  }

  /**
   * What register {@code n} holds besides its address, for code that keeps the two apart; see
   * {@link Capability#inRegister}.
   */
  public Capability held(int n) {
    return n == 0 ? Capability.NULL : (Capability) U.getReference(this, OFFSETS[n]);
  }

  /** Whether no register holds more than an integer. */
  public boolean holdIntegersOnly() {
    for (int n = 1; n < OFFSETS.length; n++) {
      if (held(n) != Capability.NULL) {
        return false;
      }
    }
    return true;
  }

  private void hold(int n, Capability held) {
    if (n != 0) {
      U.putReference(this, OFFSETS[n], held);
    }
  }

  /** Writes an integer to register {@code n}; a write to x0 has no effect. */
  public void setInteger(int n, long value) {
    h.x(n, value);
    hold(n, Capability.NULL);
  }

  /** Says that an integer was written to the hart's register {@code n}. */
  public void wroteInteger(int n) {
    hold(n, Capability.NULL);
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
    if (pcc != value) {
      pcc = value;
      sentry = null;
    }
    h.pc = value.address();
  }

  /**
   * What a register holds besides its address after a jump with a link in capability mode: PCC,
   * sealed as an entry.
   */
  public Capability sentry() {
    if (sentry == null) {
      sentry = pcc.withType(ObjectType.SENTRY);
    }
    return sentry;
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
    hasSpecials = true;
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
