package org.capvm.translator.check;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Checks a method of code with capabilities by the package's rule: PCC is asked first, for all that
 * follows, and where PCC has changed, an access was refused or the kernel has said where control
 * goes, nothing more is done with authority.
 */
final class CapabilityMethodCheck {
  /** The local with the pc of an instruction that may be refused. */
  private static final int PC = 1;

  private static final int ECALL_LENGTH = 4;

  private final MethodNode method;
  private final String where;
  private final List<AbstractInsnNode> code;
  private long start;
  private long limit;

  private CapabilityMethodCheck(MethodNode method, String where) {
    this.method = method;
    this.where = where;
    this.code =
        List.of(method.instructions.toArray()).stream()
            .filter(i -> i.getOpcode() >= 0 || i instanceof LabelNode)
            .toList();
  }

  /**
   * Checks it.
   *
   * @param method whose instructions are all allowed
   */
  static void check(MethodNode method, String where) throws RejectedClassException {
    CapabilityMethodCheck check = new CapabilityMethodCheck(method, where);
    int behind = check.checkEntry();
    check.checkAddresses(behind);
    check.checkHandlers(behind);
    check.checkChangesOfPcc();
    check.checkEnvironmentCalls();
  }

  private void require(boolean condition, String otherwise) throws RejectedClassException {
    if (!condition) {
      throw new RejectedClassException(where, otherwise);
    }
  }

  // PCC ----------------------------------------------------------------------------------------

  /** Returns where control is once PCC is known to allow it. */
  private int checkEntry() throws RejectedClassException {
    String otherwise = "does not start by asking PCC";
    int n = 0;
    require(code.size() > 8 && isLoad(code.get(n++), 0), otherwise);
    start = number(n, otherwise);
    n = behindNumber(n);
    limit = number(n, otherwise);
    n = behindNumber(n);
    require(Long.compareUnsigned(start, limit) < 0, "asks PCC for nothing");
    int mode = code.get(n++).getOpcode();
    require(mode == Opcodes.ICONST_0 || mode == Opcodes.ICONST_1, otherwise);
    require(
        code.get(n++) instanceof MethodInsnNode call && AllowedMembers.isEntryCheck(call),
        otherwise);
    require(
        code.get(n++) instanceof JumpInsnNode jump
            && jump.getOpcode() == Opcodes.IFNE
            && code.get(n) instanceof FieldInsnNode
            && code.get(n + 1).getOpcode() == Opcodes.ATHROW
            && code.get(n + 2) == jump.label,
        otherwise);
    return n + 2;
  }

  private static boolean isLoad(AbstractInsnNode i, int local) {
    return i instanceof VarInsnNode load && i.getOpcode() == Opcodes.ALOAD && load.var == local;
  }

  /** The number that instructions from the n-th on push as a long. */
  private long number(int n, String otherwise) throws RejectedClassException {
    AbstractInsnNode i = code.get(n);
    if (i instanceof LdcInsnNode constant && constant.cst instanceof Long value) {
      return value;
    }
    if (i.getOpcode() == Opcodes.LCONST_0 || i.getOpcode() == Opcodes.LCONST_1) {
      return i.getOpcode() - Opcodes.LCONST_0;
    }
    require(code.get(n + 1).getOpcode() == Opcodes.I2L, otherwise);
    if (i instanceof IntInsnNode small) {
      return small.operand;
    }
    require(
        i instanceof InsnNode
            && i.getOpcode() >= Opcodes.ICONST_M1
            && i.getOpcode() <= Opcodes.ICONST_5,
        otherwise);
    return i.getOpcode() - Opcodes.ICONST_0;
  }

  private int behindNumber(int n) {
    boolean wide =
        code.get(n) instanceof LdcInsnNode
            || code.get(n).getOpcode() == Opcodes.LCONST_0
            || code.get(n).getOpcode() == Opcodes.LCONST_1;
    return wide ? n + 1 : n + 2;
  }

  /** An instruction that may be refused lies in what PCC was asked for. */
  private void checkAddresses(int from) throws RejectedClassException {
    for (int n = from + 1; n + 1 < code.size(); n++) {
      boolean isPc =
          code.get(n) instanceof VarInsnNode store
              && store.getOpcode() == Opcodes.LSTORE
              && store.var == PC
              && code.get(n + 1).getOpcode() != Opcodes.GOTO
              && code.get(n - 1) instanceof LdcInsnNode;
      if (isPc && ((LdcInsnNode) code.get(n - 1)).cst instanceof Long pc) {
        require(
            Long.compareUnsigned(pc - start, limit - start) < 0,
            "executes an instruction that PCC was not asked for");
      }
    }
  }

  // Authority ----------------------------------------------------------------------------------

  private void checkHandlers(int behind) throws RejectedClassException {
    for (TryCatchBlockNode handler : method.tryCatchBlocks) {
      require(code.indexOf(handler.start) >= behind, "has a handler where PCC is asked");
      requireNoAuthority(code.indexOf(handler.handler), "goes on behind a refusal");
    }
  }

  private void checkChangesOfPcc() throws RejectedClassException {
    for (int n = 0; n < code.size(); n++) {
      if (code.get(n) instanceof MethodInsnNode call && AllowedMembers.changesPcc(call)) {
        requireNoAuthority(n + 1, "goes on behind a change of PCC");
      }
    }
  }

  /**
   * An environment call is of an instruction that PCC was asked for, and where its answer is no the
   * method returns at once: registers that it stored then would be those of before the call.
   */
  private void checkEnvironmentCalls() throws RejectedClassException {
    for (int n = 0; n < code.size(); n++) {
      if (!(code.get(n) instanceof MethodInsnNode call && AllowedMembers.isEnvironmentCall(call))) {
        continue;
      }
      String otherwise = "makes an environment call from nowhere";
      int address = code.get(n - 1).getOpcode() == Opcodes.I2L ? n - 2 : n - 1;
      long pc = number(address, otherwise);
      require(isLoad(code.get(address - 1), 0), otherwise);
      require(
          Long.compareUnsigned(pc - start, limit - start) < 0 && limit - pc >= ECALL_LENGTH,
          "makes an environment call that PCC was not asked for");
      require(
          code.get(n + 1) instanceof JumpInsnNode jump
              && jump.getOpcode() == Opcodes.IFEQ
              && code.get(code.indexOf(jump.label) + 1).getOpcode() == Opcodes.RETURN,
          "goes on where the kernel says no");
      for (TryCatchBlockNode handler : method.tryCatchBlocks) {
        require(
            n < code.indexOf(handler.start) || n >= code.indexOf(handler.end),
            "catches what the kernel throws");
      }
    }
  }

  /** No way from an instruction leads to a use of authority. */
  private void requireNoAuthority(int from, String otherwise) throws RejectedClassException {
    BitSet seen = new BitSet(code.size());
    Deque<Integer> next = new ArrayDeque<>(List.of(from));
    while (!next.isEmpty()) {
      int n = next.pop();
      if (n >= code.size() || seen.get(n)) {
        continue;
      }
      seen.set(n);
      AbstractInsnNode i = code.get(n);
      require(!(i instanceof MethodInsnNode call && AllowedMembers.usesAuthority(call)), otherwise);
      switch (i) {
        case JumpInsnNode jump -> {
          next.push(code.indexOf(jump.label));
          if (jump.getOpcode() != Opcodes.GOTO) {
            next.push(n + 1);
          }
        }
        case TableSwitchInsnNode table -> {
          table.labels.forEach(label -> next.push(code.indexOf(label)));
          next.push(code.indexOf(table.dflt));
        }
        case LookupSwitchInsnNode lookup -> {
          lookup.labels.forEach(label -> next.push(code.indexOf(label)));
          next.push(code.indexOf(lookup.dflt));
        }
        default -> {
          int opcode = i.getOpcode();
          boolean ends =
              opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN || opcode == Opcodes.ATHROW;
          if (!ends) {
            next.push(n + 1);
          }
        }
      }
    }
  }
}
