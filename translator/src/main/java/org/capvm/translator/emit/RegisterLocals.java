package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;
import static org.capvm.translator.analyse.RegisterSet.contains;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.capvm.translator.analyse.LinearForm;
import org.capvm.translator.analyse.RegisterSet;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Guest registers in the JVM locals of the method being generated.
 *
 * <p>A register has up to two locals: a wide one ({@code long}, or {@code double} with the raw
 * NaN-boxed bits) and a narrow one ({@code int} or {@code float}). At each point of the code it is
 * known statically which of them holds the register's value, and whether the hart's copy may be
 * stale ("dirty").
 */
final class RegisterLocals {
  static final int HART = 0;
  static final int RETURN_TO = 1;
  static final int STACK_POINTER = 3;

  private static final int NONE = -1;
  private static final String NAN_BOX = "org/capvm/runtime/floatingpoint/NanBox";

  private final MethodVisitor mv;
  private final boolean precise;
  private final int[] wide = new int[64];
  private final int[] narrowed = new int[64];
  private Object[] fixed = new Object[16];
  private final Map<Integer, Object> scoped = new HashMap<>();
  private int next;

  /** Registers whose value is in the narrow local at this point of the code. */
  long narrow;

  /** Registers whose copy in the hart may be stale at this point of the code; all are held. */
  long dirty;

  /** Registers whose value is in a local at this point of the code; the others' is in the hart. */
  long held = bit(RegisterSet.SP);

  /** Registers that go to their narrow local when they are loaded: their values fit. */
  long narrowWhenLoaded;

  /** What is known of the registers at a point of the code. */
  record State(long narrow, long dirty, long held, long narrowWhenLoaded) {}

  RegisterLocals(MethodVisitor mv) {
    this(mv, false);
  }

  /**
   * @param precise whether a register whose value no instruction reads must still reach the hart,
   *     because a fault may show it
   */
  RegisterLocals(MethodVisitor mv, boolean precise) {
    this.mv = mv;
    this.precise = precise;
    Arrays.fill(wide, NONE);
    Arrays.fill(narrowed, NONE);
    reserve(Names.HART);
    reserve(Opcodes.LONG);
    wide[RegisterSet.SP] = reserve(Opcodes.LONG);
  }

  State state() {
    return new State(narrow, dirty, held, narrowWhenLoaded);
  }

  /** The code goes on where the registers are in a state noted before. */
  void restore(State state) {
    narrow = state.narrow;
    dirty = state.dirty;
    held = state.held;
    narrowWhenLoaded = state.narrowWhenLoaded;
  }

  /** A local that every frame of the method declares with this type. */
  int reserve(Object type) {
    int slot = next;
    boolean two = type == Opcodes.LONG || type == Opcodes.DOUBLE;
    next += two ? 2 : 1;
    if (next > fixed.length) {
      fixed = Arrays.copyOf(fixed, next * 2);
    }
    fixed[slot] = type;
    return slot;
  }

  /** A long local that no frame declares. */
  int scratchLong() {
    next += 2;
    return next - 2;
  }

  /** A local of one slot that no frame declares. */
  int scratch() {
    return next++;
  }

  /** A local that no frame declares except where {@link #declare} says so. */
  int scratch(Object type) {
    int slot = next;
    next += type == Opcodes.LONG ? 2 : 1;
    return slot;
  }

  /** Sets the type that frames declare a scratch local with from here on; null for none. */
  void declare(int slot, Object type) {
    if (type == null) {
      scoped.remove(slot);
    } else {
      scoped.put(slot, type);
    }
  }

  /** Ends the scope of all scratch locals. */
  void clearScoped() {
    scoped.clear();
  }

  /** Declares that the next parameter of the method is a register's wide local. */
  void parameter(int register) {
    wide[register] = next;
    next += 2;
    held |= bit(register);
  }

  private int wideLocal(int register) {
    if (wide[register] == NONE) {
      wide[register] = next;
      next += 2;
    }
    return wide[register];
  }

  private int narrowLocal(int register) {
    if (narrowed[register] == NONE) {
      narrowed[register] = next++;
    }
    return narrowed[register];
  }

  boolean isNarrow(int register) {
    return register == 0 || contains(narrow, register);
  }

  /**
   * Emits a frame in which those of the given registers that are held, and nothing else of the
   * register file, exist.
   *
   * @param stack types of what is on the JVM stack
   */
  void frame(long registers, Object... stack) {
    exactFrame((precise ? registers | dirty : registers) & held, stack);
  }

  /** Emits a frame in which just the given registers of the register file exist, and sp. */
  void exactFrame(long registers, Object... stack) {
    Object[] types = Arrays.copyOf(fixed, Math.max(next + 64 * 3, fixed.length));
    scoped.forEach((slot, type) -> types[slot] = type);
    for (long set = registers & ~bit(RegisterSet.SP); set != 0; set &= set - 1) {
      int r = Long.numberOfTrailingZeros(set);
      if (contains(narrow, r)) {
        types[narrowLocal(r)] = r < 32 ? Opcodes.INTEGER : Opcodes.FLOAT;
      } else {
        types[wideLocal(r)] = r < 32 ? Opcodes.LONG : Opcodes.DOUBLE;
      }
    }
    Object[] locals = new Object[next];
    int n = 0;
    int slot = 0;
    int used = 0;
    while (slot < next) {
      Object type = types[slot];
      if (type == null) {
        locals[n++] = Opcodes.TOP;
        slot++;
      } else {
        locals[n++] = type;
        used = n;
        slot += type == Opcodes.LONG || type == Opcodes.DOUBLE ? 2 : 1;
      }
    }
    mv.visitFrame(Opcodes.F_NEW, used, locals, stack.length, stack);
  }

  // Reading ------------------------------------------------------------------------------------

  /** Pushes an integer register as a long. */
  void pushLong(int register) {
    hold(register);
    if (register == 0) {
      mv.visitInsn(Opcodes.LCONST_0);
    } else if (contains(narrow, register)) {
      mv.visitVarInsn(Opcodes.ILOAD, narrowLocal(register));
      mv.visitInsn(Opcodes.I2L);
    } else {
      mv.visitVarInsn(Opcodes.LLOAD, wideLocal(register));
    }
  }

  /** Pushes a sum of integer registers. */
  void push(LinearForm form) {
    int pushed = 0;
    for (Map.Entry<Integer, Long> term : form.terms().entrySet()) {
      pushLong(term.getKey());
      if (term.getValue() != 1) {
        Constants.push(mv, term.getValue().longValue());
        mv.visitInsn(Opcodes.LMUL);
      }
      if (pushed++ > 0) {
        mv.visitInsn(Opcodes.LADD);
      }
    }
    if (pushed == 0) {
      Constants.push(mv, form.constant());
    } else if (form.constant() != 0) {
      Constants.push(mv, form.constant());
      mv.visitInsn(Opcodes.LADD);
    }
  }

  /** Pushes the value that an integer register has in the hart. */
  void pushFromHart(int register) {
    mv.visitVarInsn(Opcodes.ALOAD, HART);
    mv.visitFieldInsn(Opcodes.GETFIELD, Names.HART, Names.field(register), "J");
  }

  /** Pushes the low 32 bits of an integer register. */
  void pushInt(int register) {
    hold(register);
    if (register == 0) {
      mv.visitInsn(Opcodes.ICONST_0);
    } else if (contains(narrow, register)) {
      mv.visitVarInsn(Opcodes.ILOAD, narrowLocal(register));
    } else {
      mv.visitVarInsn(Opcodes.LLOAD, wideLocal(register));
      mv.visitInsn(Opcodes.L2I);
    }
  }

  /** Pushes a floating-point register (32 to 63) as a double with its raw bits. */
  void pushDouble(int register) {
    hold(register);
    if (contains(narrow, register)) {
      pushRaw(register);
      rawToDouble();
    } else {
      mv.visitVarInsn(Opcodes.DLOAD, wideLocal(register));
    }
  }

  /** Pushes the single in a floating-point register; the canonical NaN if it is not boxed. */
  void pushFloat(int register) {
    hold(register);
    if (contains(narrow, register)) {
      mv.visitVarInsn(Opcodes.FLOAD, narrowLocal(register));
    } else {
      pushRaw(register);
      mv.visitMethodInsn(Opcodes.INVOKESTATIC, NAN_BOX, "toFloat", "(J)F", false);
    }
  }

  /** Pushes the raw NaN-boxed bits of a floating-point register as a long. */
  void pushRaw(int register) {
    hold(register);
    if (contains(narrow, register)) {
      mv.visitVarInsn(Opcodes.FLOAD, narrowLocal(register));
      mv.visitMethodInsn(Opcodes.INVOKESTATIC, NAN_BOX, "box", "(F)J", false);
    } else {
      mv.visitVarInsn(Opcodes.DLOAD, wideLocal(register));
      doubleToRaw();
    }
  }

  void doubleToRaw() {
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, "java/lang/Double", "doubleToRawLongBits", "(D)J", false);
  }

  void rawToDouble() {
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, "java/lang/Double", "longBitsToDouble", "(J)D", false);
  }

  // Writing ------------------------------------------------------------------------------------

  /** Pops an int into an integer register, sign-extended; x0 drops it. */
  void setInt(int register, boolean asNarrow) {
    if (register == 0) {
      mv.visitInsn(Opcodes.POP);
    } else if (asNarrow) {
      mv.visitVarInsn(Opcodes.ISTORE, narrowLocal(register));
      defined(register, true);
    } else {
      mv.visitInsn(Opcodes.I2L);
      mv.visitVarInsn(Opcodes.LSTORE, wideLocal(register));
      defined(register, false);
    }
  }

  /** Pops a long into an integer register; when narrow, its low half is known to say it all. */
  void setLong(int register, boolean asNarrow) {
    if (register == 0) {
      mv.visitInsn(Opcodes.POP2);
    } else if (asNarrow) {
      mv.visitInsn(Opcodes.L2I);
      setInt(register, true);
    } else {
      mv.visitVarInsn(Opcodes.LSTORE, wideLocal(register));
      defined(register, false);
    }
  }

  /** Pops a double with the raw bits of a floating-point register. */
  void setDouble(int register) {
    mv.visitVarInsn(Opcodes.DSTORE, wideLocal(register));
    defined(register, false);
  }

  /** Pops a single into a floating-point register. */
  void setFloat(int register, boolean asNarrow) {
    if (asNarrow) {
      mv.visitVarInsn(Opcodes.FSTORE, narrowLocal(register));
      defined(register, true);
    } else {
      mv.visitMethodInsn(Opcodes.INVOKESTATIC, NAN_BOX, "box", "(F)J", false);
      rawToDouble();
      setDouble(register);
    }
  }

  /** Pops the raw bits of a floating-point register; when narrow, they are a boxed single. */
  void setRaw(int register, boolean asNarrow) {
    if (asNarrow) {
      mv.visitMethodInsn(Opcodes.INVOKESTATIC, NAN_BOX, "toFloat", "(J)F", false);
      setFloat(register, true);
    } else {
      rawToDouble();
      setDouble(register);
    }
  }

  private void defined(int register, boolean asNarrow) {
    long bit = bit(register);
    narrow = asNarrow ? narrow | bit : narrow & ~bit;
    dirty |= bit;
    held |= bit;
  }

  /** Moves a register's value to its wide local. */
  void widen(int register) {
    boolean wasDirty = contains(dirty, register);
    if (contains(narrow, register)) {
      if (register < 32) {
        pushLong(register);
        setLong(register, false);
      } else {
        pushDouble(register);
        setDouble(register);
      }
      if (!wasDirty) {
        dirty &= ~bit(register);
      }
    }
  }

  // The hart -----------------------------------------------------------------------------------

  /**
   * The dirty registers that have to be in the hart when control goes where the given ones are
   * live: those, or all where faults are precise.
   */
  long dirtyAmong(long live) {
    return precise ? dirty : dirty & live;
  }

  /** Stores registers to the hart and marks them clean. */
  void writeBack(long registers) {
    store(registers);
    dirty &= ~registers;
  }

  /** Stores registers to the hart. */
  void store(long registers) {
    for (long set = registers; set != 0; set &= set - 1) {
      int r = Long.numberOfTrailingZeros(set);
      mv.visitVarInsn(Opcodes.ALOAD, HART);
      if (r < 32) {
        pushLong(r);
      } else {
        pushRaw(r);
      }
      mv.visitFieldInsn(Opcodes.PUTFIELD, Names.HART, Names.field(r), "J");
    }
  }

  /** Loads registers from the hart into their wide locals, clean. */
  void load(long registers) {
    load(registers, RegisterSet.NONE);
  }

  /**
   * Loads registers from the hart into locals, clean.
   *
   * @param asNarrow those that go to their narrow local; their value is known to fit
   */
  void load(long registers, long asNarrow) {
    for (long set = registers; set != 0; set &= set - 1) {
      int r = Long.numberOfTrailingZeros(set);
      mv.visitVarInsn(Opcodes.ALOAD, HART);
      mv.visitFieldInsn(Opcodes.GETFIELD, Names.HART, Names.field(r), "J");
      if (r < 32) {
        setLong(r, contains(asNarrow, r));
      } else {
        setRaw(r, contains(asNarrow, r));
      }
    }
    dirty &= ~registers;
  }

  /** Loads those of some registers whose value is in the hart only. */
  void hold(long registers) {
    load(registers & ~held, narrowWhenLoaded);
  }

  private void hold(int register) {
    if (register != 0) {
      hold(bit(register));
    }
  }

  /** The hart has new values of some registers. */
  void changedInHart(long registers) {
    long changed = registers & ~bit(RegisterSet.SP);
    dirty &= ~changed;
    held &= ~changed;
    narrow &= ~changed;
    narrowWhenLoaded &= ~changed;
  }
}
