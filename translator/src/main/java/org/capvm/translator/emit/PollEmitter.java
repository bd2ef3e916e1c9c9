package org.capvm.translator.emit;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The poll of a function whose registers are all in the hart already. */
final class PollEmitter {
  private PollEmitter() {}

  /**
   * Emits a call that throws when the stack is too deep or somebody wants to interrupt.
   *
   * @param address guest address of the function's entry
   * @param countsEntries whether the function may call itself with the same stack pointer
   */
  static void emitEntryPoll(MethodVisitor mv, long address, boolean countsEntries) {
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    Constants.push(mv, address);
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        Names.EXITS,
        countsEntries ? "pollAtCountedEntry" : "pollAtEntry",
        "(" + Names.HART_TYPE + "J)V",
        false);
  }
}
