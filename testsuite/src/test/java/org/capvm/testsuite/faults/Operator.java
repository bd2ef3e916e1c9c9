package org.capvm.testsuite.faults;

import java.util.Map;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** How one instruction of a compiled method becomes wrong; the method still passes the verifier. */
enum Operator {
  /** Addition for subtraction and the other way round. */
  SIGN {
    @Override
    boolean isFor(AbstractInsnNode i) {
      return OTHER_SIGN.containsKey(i.getOpcode());
    }

    @Override
    void change(MethodNode method, AbstractInsnNode i) {
      method.instructions.set(i, new InsnNode(OTHER_SIGN.get(i.getOpcode())));
    }
  },

  /** A logical shift for an arithmetic one, OR for AND, and the other way round. */
  LOGIC {
    @Override
    boolean isFor(AbstractInsnNode i) {
      return OTHER_LOGIC.containsKey(i.getOpcode());
    }

    @Override
    void change(MethodNode method, AbstractInsnNode i) {
      method.instructions.set(i, new InsnNode(OTHER_LOGIC.get(i.getOpcode())));
    }
  },

  /** A constant that is greater by 1. */
  CONSTANT {
    @Override
    boolean isFor(AbstractInsnNode i) {
      return constant(i) != null;
    }

    @Override
    void change(MethodNode method, AbstractInsnNode i) {
      Object value = constant(i);
      method.instructions.set(
          i, new LdcInsnNode(value instanceof Long l ? (Object) (l + 1) : (Integer) value + 1));
    }
  },

  /** Less or equal for less, and the like: off by one. */
  BOUNDARY {
    @Override
    boolean isFor(AbstractInsnNode i) {
      return OTHER_BOUNDARY.containsKey(i.getOpcode());
    }

    @Override
    void change(MethodNode method, AbstractInsnNode i) {
      ((JumpInsnNode) i).setOpcode(OTHER_BOUNDARY.get(i.getOpcode()));
    }
  },

  /** The opposite of a condition. */
  CONDITION {
    @Override
    boolean isFor(AbstractInsnNode i) {
      return OPPOSITE.containsKey(i.getOpcode());
    }

    @Override
    void change(MethodNode method, AbstractInsnNode i) {
      ((JumpInsnNode) i).setOpcode(OPPOSITE.get(i.getOpcode()));
    }
  },

  /** Operands of subtractions, shifts, divisions and comparisons swapped. */
  SWAP {
    @Override
    boolean isFor(AbstractInsnNode i) {
      return i.getOpcode() == Opcodes.ISUB
          || i.getOpcode() == Opcodes.LSUB
          || i.getOpcode() == Opcodes.LDIV
          || i.getOpcode() == Opcodes.LREM
          || i.getOpcode() == Opcodes.LCMP
          || i instanceof MethodInsnNode call && isSwappable(Type.getArgumentTypes(call.desc));
    }

    @Override
    void change(MethodNode method, AbstractInsnNode i) {
      InsnList swap = new InsnList();
      boolean narrow =
          i.getOpcode() == Opcodes.ISUB
              || i instanceof MethodInsnNode call
                  && Type.getArgumentTypes(call.desc)[0].getSize() == 1;
      if (narrow) {
        swap.add(new InsnNode(Opcodes.SWAP));
      } else {
        swap.add(new InsnNode(Opcodes.DUP2_X2));
        swap.add(new InsnNode(Opcodes.POP2));
      }
      method.instructions.insertBefore(i, swap);
    }
  },

  /** Zero extension for the sign extension of an int. */
  EXTENSION {
    @Override
    boolean isFor(AbstractInsnNode i) {
      return i.getOpcode() == Opcodes.I2L;
    }

    @Override
    void change(MethodNode method, AbstractInsnNode i) {
      InsnList mask = new InsnList();
      mask.add(new LdcInsnNode(0xffff_ffffL));
      mask.add(new InsnNode(Opcodes.LAND));
      method.instructions.insert(i, mask);
    }
  },

  /** A call that returns nothing, left out. */
  CALL {
    @Override
    boolean isFor(AbstractInsnNode i) {
      return i instanceof MethodInsnNode call
          && call.getOpcode() != Opcodes.INVOKESPECIAL
          && Type.getReturnType(call.desc) == Type.VOID_TYPE;
    }

    @Override
    void change(MethodNode method, AbstractInsnNode i) {
      MethodInsnNode call = (MethodInsnNode) i;
      Type[] arguments = Type.getArgumentTypes(call.desc);
      for (Type argument : arguments) {
        method.instructions.insert(
            i, new InsnNode(argument.getSize() == 2 ? Opcodes.POP2 : Opcodes.POP));
      }
      // Inserted behind the call, first argument first: the last one is popped first.
      if (call.getOpcode() != Opcodes.INVOKESTATIC) {
        AbstractInsnNode last = i;
        for (int n = 0; n < arguments.length; n++) {
          last = last.getNext();
        }
        method.instructions.insert(last, new InsnNode(Opcodes.POP));
      }
      method.instructions.remove(i);
    }
  },

  /** A field that keeps its old value. */
  STORE {
    @Override
    boolean isFor(AbstractInsnNode i) {
      return i.getOpcode() == Opcodes.PUTFIELD;
    }

    @Override
    void change(MethodNode method, AbstractInsnNode i) {
      boolean wide = Type.getType(((FieldInsnNode) i).desc).getSize() == 2;
      method.instructions.insert(i, new InsnNode(Opcodes.POP));
      method.instructions.set(i, new InsnNode(wide ? Opcodes.POP2 : Opcodes.POP));
    }
  };

  private static final Map<Integer, Integer> OTHER_SIGN =
      Map.of(
          Opcodes.IADD, Opcodes.ISUB,
          Opcodes.ISUB, Opcodes.IADD,
          Opcodes.LADD, Opcodes.LSUB,
          Opcodes.LSUB, Opcodes.LADD,
          Opcodes.DADD, Opcodes.DSUB,
          Opcodes.DSUB, Opcodes.DADD);

  private static final Map<Integer, Integer> OTHER_LOGIC =
      Map.of(
          Opcodes.ISHR, Opcodes.IUSHR,
          Opcodes.IUSHR, Opcodes.ISHR,
          Opcodes.LSHR, Opcodes.LUSHR,
          Opcodes.LUSHR, Opcodes.LSHR,
          Opcodes.IAND, Opcodes.IOR,
          Opcodes.IOR, Opcodes.IAND,
          Opcodes.LAND, Opcodes.LOR,
          Opcodes.LOR, Opcodes.LAND);

  private static final Map<Integer, Integer> OTHER_BOUNDARY =
      Map.of(
          Opcodes.IFLT, Opcodes.IFLE,
          Opcodes.IFLE, Opcodes.IFLT,
          Opcodes.IFGT, Opcodes.IFGE,
          Opcodes.IFGE, Opcodes.IFGT,
          Opcodes.IF_ICMPLT, Opcodes.IF_ICMPLE,
          Opcodes.IF_ICMPLE, Opcodes.IF_ICMPLT,
          Opcodes.IF_ICMPGT, Opcodes.IF_ICMPGE,
          Opcodes.IF_ICMPGE, Opcodes.IF_ICMPGT);

  private static final Map<Integer, Integer> OPPOSITE =
      Map.ofEntries(
          Map.entry(Opcodes.IFEQ, Opcodes.IFNE),
          Map.entry(Opcodes.IFNE, Opcodes.IFEQ),
          Map.entry(Opcodes.IFLT, Opcodes.IFGE),
          Map.entry(Opcodes.IFGE, Opcodes.IFLT),
          Map.entry(Opcodes.IFGT, Opcodes.IFLE),
          Map.entry(Opcodes.IFLE, Opcodes.IFGT),
          Map.entry(Opcodes.IF_ICMPEQ, Opcodes.IF_ICMPNE),
          Map.entry(Opcodes.IF_ICMPNE, Opcodes.IF_ICMPEQ),
          Map.entry(Opcodes.IF_ACMPEQ, Opcodes.IF_ACMPNE),
          Map.entry(Opcodes.IF_ACMPNE, Opcodes.IF_ACMPEQ));

  /** Whether an instruction can become wrong in this way. */
  abstract boolean isFor(AbstractInsnNode i);

  abstract void change(MethodNode method, AbstractInsnNode i);

  private static boolean isSwappable(Type[] arguments) {
    return arguments.length == 2
        && arguments[0].equals(arguments[1])
        && arguments[0].getSort() != Type.OBJECT;
  }

  private static Object constant(AbstractInsnNode i) {
    int opcode = i.getOpcode();
    if (opcode >= Opcodes.ICONST_M1 && opcode <= Opcodes.ICONST_5) {
      return opcode - Opcodes.ICONST_0;
    }
    if (opcode == Opcodes.LCONST_0 || opcode == Opcodes.LCONST_1) {
      return (long) opcode - Opcodes.LCONST_0;
    }
    if (opcode == Opcodes.BIPUSH || opcode == Opcodes.SIPUSH) {
      return ((IntInsnNode) i).operand;
    }
    return i instanceof LdcInsnNode ldc && (ldc.cst instanceof Integer || ldc.cst instanceof Long)
        ? ldc.cst
        : null;
  }
}
