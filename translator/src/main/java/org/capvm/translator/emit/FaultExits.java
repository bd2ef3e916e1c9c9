package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;

import java.util.ArrayList;
import java.util.List;
import org.capvm.translator.analyse.RegisterSet;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The ways out of a method where an instruction would raise an exception, of the precise variant:
 * they store every dirty register to the hart and leave to the interpreter, which executes the
 * instruction and raises the exception itself.
 *
 * <p>They lie behind the blocks and cost the fast path nothing. Accesses of a block have more and
 * more dirty registers, so an exit stores what is new and goes on in the exit of an earlier one.
 */
final class FaultExits {
  /**
   * Where an exit goes on with storing, with the guest's pc on the JVM stack.
   *
   * @param dirty the registers that are stored from there on
   * @param narrow those of them that are in their narrow local
   */
  private record Tail(long dirty, long narrow, Label label) {}

  private final BodyEmitter e;
  private final MethodVisitor mv;
  private final RegisterLocals registers;
  private final List<Tail> tails = new ArrayList<>();

  FaultExits(BodyEmitter emitter) {
    this.e = emitter;
    this.mv = emitter.mv;
    this.registers = emitter.registers;
  }

  /**
   * Where to go in the register state of now to raise the exception of an instruction.
   *
   * @param address link-time address where the interpreter goes on
   */
  Label at(long address) {
    return e.outOfLine(
        RegisterSet.NONE,
        () -> {
          Constants.push(mv, address + e.file.bias);
          leave();
        });
  }

  private void leave() {
    long dirty = registers.dirty & ~bit(RegisterSet.SP);
    Tail rest = longestTail(dirty);
    if (rest == null || rest.dirty != dirty) {
      Label start = new Label();
      mv.visitLabel(start);
      registers.frame(RegisterSet.NONE, Opcodes.LONG);
      tails.add(new Tail(dirty, registers.narrow & dirty, start));
      registers.store(rest == null ? dirty : dirty & ~rest.dirty);
    }
    if (rest != null) {
      mv.visitJumpInsn(Opcodes.GOTO, rest.label);
      return;
    }
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    registers.pushLong(RegisterSet.SP);
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        Names.EXITS,
        "leaveAtFault",
        "(J" + Names.HART_TYPE + "J)" + Names.UNWIND_TYPE,
        false);
    mv.visitInsn(Opcodes.ATHROW);
  }

  /** The exit known already that stores the most of some registers, and nothing else; or null. */
  private Tail longestTail(long dirty) {
    Tail longest = null;
    for (Tail tail : tails) {
      boolean fits = (tail.dirty & ~dirty) == 0 && tail.narrow == (registers.narrow & tail.dirty);
      if (fits && (longest == null || Long.bitCount(tail.dirty) > Long.bitCount(longest.dirty))) {
        longest = tail;
      }
    }
    return longest;
  }
}
