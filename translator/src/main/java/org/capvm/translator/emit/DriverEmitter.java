package org.capvm.translator.emit;

import org.capvm.translator.analyse.RegisterSet;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Generates the method that goes from region to region of a function. */
final class DriverEmitter {
  private final MethodVisitor mv;
  private final RegionPlan plan;
  private final String owner;
  private final String[] names;

  /**
   * @param names the methods of the regions, all in the class {@code owner}
   */
  DriverEmitter(MethodVisitor mv, RegionPlan plan, String owner, String[] names) {
    this.mv = mv;
    this.plan = plan;
    this.owner = owner;
    this.names = names;
  }

  /**
   * Emits the loop; control goes on behind it when the function is done.
   *
   * @param registers the locals of the method, for frames
   * @param entry the local that holds the number of the entry, declared in frames
   * @param returnSp the local that holds the stack pointer to return with
   */
  void emitLoop(RegisterLocals registers, int entry, int returnSp) {
    Label loop = new Label();
    Label next = new Label();
    mv.visitLabel(loop);
    registers.frame(0);
    Label[] regions = new Label[plan.size()];
    for (int r = 0; r < regions.length; r++) {
      regions[r] = new Label();
    }
    int count = 0;
    for (int r = 0; r < regions.length; r++) {
      count += plan.entries(r).length;
    }
    Label[] targets = new Label[count];
    int n = 0;
    Label first = null;
    for (int r = 0; r < regions.length; r++) {
      for (int k = 0; k < plan.entries(r).length; k++) {
        targets[n++] = regions[r];
        first = first == null ? regions[r] : first;
      }
    }
    mv.visitVarInsn(Opcodes.ILOAD, entry);
    mv.visitTableSwitchInsn(0, targets.length - 1, first, targets);
    for (int r = 0; r < regions.length; r++) {
      if (plan.entries(r).length == 0) {
        continue;
      }
      mv.visitLabel(regions[r]);
      registers.frame(0);
      mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
      mv.visitVarInsn(Opcodes.LLOAD, RegisterLocals.RETURN_TO);
      mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
      mv.visitFieldInsn(Opcodes.GETFIELD, Names.HART, Names.field(RegisterSet.SP), "J");
      mv.visitVarInsn(Opcodes.LLOAD, returnSp);
      mv.visitVarInsn(Opcodes.ILOAD, entry);
      mv.visitMethodInsn(Opcodes.INVOKESTATIC, owner, names[r], Region.DESCRIPTOR, false);
      mv.visitVarInsn(Opcodes.ISTORE, entry);
      mv.visitJumpInsn(Opcodes.GOTO, next);
    }
    mv.visitLabel(next);
    registers.frame(0);
    mv.visitVarInsn(Opcodes.ILOAD, entry);
    Label done = new Label();
    mv.visitJumpInsn(Opcodes.IFLT, done);
    mv.visitJumpInsn(Opcodes.GOTO, loop);
    mv.visitLabel(done);
    registers.frame(0);
  }
}
