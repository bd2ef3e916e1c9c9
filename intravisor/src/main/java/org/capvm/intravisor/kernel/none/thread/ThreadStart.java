package org.capvm.intravisor.kernel.none.thread;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.interpreter.CapabilityCode;

/**
 * A function and its argument that a hart wants to be called later or by another hart. It is called
 * with no more authority than the one that asked has: its PCC, or what its own jump to the function
 * would make of that, and its DDC.
 */
public final class ThreadStart {
  private static final int GP = 3;
  private static final int A0 = 10;
  private static final int A1 = 11;
  private static final int T6 = 31;

  private final long function;
  private final long argument;
  private final long globalPointer;

  /** Of the cVM; null where it has no capabilities. */
  private final Dialect dialect;

  private final Capability pcc;
  private final Capability ddc;
  private final Capability heldArgument;
  private final Capability heldGlobalPointer;

  /** What the code is given besides, as CInvoke does; or NULL. */
  private final Capability heldData;

  private ThreadStart(
      Hart h, int function, int argument, CapabilityRegisters authority, Capability data) {
    this.function = h.x(function);
    this.argument = h.x(argument);
    this.globalPointer = h.x3;
    this.dialect = authority == null ? null : authority.dialect();
    this.pcc = authority == null ? null : authority.pcc();
    this.ddc = authority == null ? null : authority.ddc();
    this.heldArgument = authority == null ? null : h.capabilities.get(argument);
    this.heldGlobalPointer = authority == null ? null : h.capabilities.get(GP);
    this.heldData = data;
  }

  private ThreadStart(Hart ready, Capability data) {
    this.function = ready.pc;
    this.argument = 0;
    this.globalPointer = ready.x3;
    this.dialect = ready.capabilities.dialect();
    this.pcc = ready.capabilities.pcc();
    this.ddc = ready.capabilities.ddc();
    this.heldArgument = Capability.NULL;
    this.heldGlobalPointer = ready.capabilities.get(GP);
    this.heldData = data;
  }

  /**
   * What a hart asks for in a0 and a1.
   *
   * @throws CapabilityFault when it could not jump to the function itself
   */
  public static ThreadStart of(Hart h) {
    return of(h, A0, A1);
  }

  /**
   * What a hart asks for.
   *
   * @param function register that names the function
   * @param argument register of the argument
   * @throws CapabilityFault when it could not jump to the function itself
   */
  public static ThreadStart of(Hart h, int function, int argument) {
    if (h.capabilities == null) {
      return new ThreadStart(h, function, argument, null, null);
    }
    Hart jumping = jumping(h);
    if (h.capabilities.pccBounds().isCapabilityMode()) {
      CapabilityCode.jump(h.capabilities.held(function), h.x(function), function, 0, jumping);
    } else {
      jumping.pc = CapabilityCode.integerTarget(h.x(function), jumping);
    }
    return new ThreadStart(h, function, argument, jumping.capabilities, Capability.NULL);
  }

  /**
   * What a hart asks for by a sealed pair of code and data, which it could enter by CInvoke.
   *
   * @param code register of the code capability
   * @param data register of the data capability
   * @param argument register of the argument
   * @throws CapabilityFault when it could not enter it
   */
  public static ThreadStart ofPair(Hart h, int code, int data, int argument) {
    CapabilityRegisters caller = h.capabilities;
    Hart jumping = jumping(h);
    Capability opened =
        CapabilityCode.invoke(caller.get(code), code, caller.get(data), data, jumping);
    return new ThreadStart(h, code, argument, jumping.capabilities, opened);
  }

  /**
   * What a hart is ready to run, which never runs.
   *
   * @param data what the code is given besides, as CInvoke does
   */
  public static ThreadStart of(Hart ready, Capability data) {
    return new ThreadStart(ready, data);
  }

  /** A hart with the authority of another, because a jump changes the pc. */
  private static Hart jumping(Hart h) {
    CapabilityRegisters caller = h.capabilities;
    Hart jumping = new Hart(h.window, h.kernel, h.functions, h.fallback);
    jumping.capabilities =
        new CapabilityRegisters(jumping, caller.dialect(), caller.pcc(), caller.ddc());
    return jumping;
  }

  /** The argument, but for what it is a capability of. */
  long argument() {
    return argument;
  }

  /** Sets all registers of a hart but those that have to do with its stack. */
  public void apply(Hart h) {
    h.clearRegisters();
    if (dialect == null) {
      h.x3 = globalPointer;
      h.x10 = argument;
    } else {
      CapabilityRegisters registers = h.capabilities;
      if (registers == null) {
        registers = new CapabilityRegisters(h, dialect, pcc, ddc);
        h.capabilities = registers;
      } else {
        registers.restart(pcc, ddc);
      }
      registers.set(GP, heldGlobalPointer);
      registers.set(A0, heldArgument);
      registers.set(T6, heldData);
    }
    h.pc = function & ~1L;
  }
}
