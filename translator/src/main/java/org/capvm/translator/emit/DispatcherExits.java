package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.capvm.translator.analyse.RegisterSet;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The ways out of a method to the dispatcher, with registers stored to the hart first.
 *
 * <p>They lie behind the blocks and cost the fast path nothing, but C1 compiles them all, and there
 * are many: at each backward jump and each return, and in the precise variant at each access. They
 * therefore share their code: all store in one order, temporaries first and s0 last, and go on in
 * the code of any exit that has the same left to store.
 */
final class DispatcherExits {
  /**
   * What is left to store, with the guest's pc on the JVM stack.
   *
   * @param narrow those of the registers that are in their narrow local
   */
  private record State(long stored, long narrow) {
    /** The register that is stored first. */
    int first() {
      long temporaries = stored & ~RegisterSet.CALLEE_SAVED;
      return 63 - Long.numberOfLeadingZeros(temporaries != 0 ? temporaries : stored);
    }

    State rest() {
      long others = ~bit(first());
      return new State(stored & others, narrow & others);
    }
  }

  /** The code of a state, and how many exits or states before it go there. */
  private static final class Place {
    private final Label label = new Label();
    private int uses;
    private boolean emitted;
  }

  private final MethodVisitor mv;
  private final RegisterLocals registers;
  private final Map<State, Place> places = new LinkedHashMap<>();

  DispatcherExits(MethodVisitor mv, RegisterLocals registers) {
    this.mv = mv;
    this.registers = registers;
  }

  /**
   * Emits the way out in the register state of now, with the guest's pc on the JVM stack.
   *
   * @param stored registers to store; sp always is
   */
  void leave(long stored) {
    State state = new State(stored & ~bit(RegisterSet.SP), registers.narrow & stored);
    mv.visitJumpInsn(Opcodes.GOTO, use(state).label);
  }

  private Place use(State state) {
    Place place = places.get(state);
    if (place == null) {
      place = new Place();
      places.put(state, place);
      if (state.stored != 0) {
        use(state.rest());
      }
    }
    place.uses++;
    return place;
  }

  /** Emits what {@link #leave} jumped to, at the end of the method. */
  void emit() {
    for (Map.Entry<State, Place> exit : places.entrySet()) {
      if (!exit.getValue().emitted) {
        emit(exit.getKey());
      }
    }
  }

  private void emit(State first) {
    State state = first;
    Place place = places.get(state);
    while (!place.emitted) {
      place.emitted = true;
      registers.narrow = state.narrow;
      registers.held = state.stored | bit(RegisterSet.SP);
      if (state == first || place.uses > 1) {
        mv.visitLabel(place.label);
        registers.exactFrame(state.stored, Opcodes.LONG);
      }
      if (state.stored == 0) {
        mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
        registers.pushLong(RegisterSet.SP);
        mv.visitMethodInsn(
            Opcodes.INVOKESTATIC,
            Names.EXITS,
            "leave",
            "(J" + Names.HART_TYPE + "J)" + Names.UNWIND_TYPE,
            false);
        mv.visitInsn(Opcodes.ATHROW);
        return;
      }
      registers.store(bit(state.first()));
      state = state.rest();
      place = places.get(state);
    }
    mv.visitJumpInsn(Opcodes.GOTO, place.label);
  }
}
