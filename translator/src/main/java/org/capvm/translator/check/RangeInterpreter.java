package org.capvm.translator.check;

import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.Interpreter;

/** Computes with {@link RangeValue}s, and rejects host addresses that go where they may not. */
final class RangeInterpreter extends Interpreter<RangeValue> {
  RangeInterpreter() {
    super(Opcodes.ASM9);
  }

  @Override
  public RangeValue newValue(Type type) {
    if (type == null) {
      return RangeValue.OTHER_1;
    }
    return switch (type.getSort()) {
      case Type.VOID -> null;
      case Type.BOOLEAN -> RangeValue.number(1, new Interval(0, 1));
      case Type.BYTE -> RangeValue.number(1, new Interval(Byte.MIN_VALUE, Byte.MAX_VALUE));
      case Type.SHORT -> RangeValue.number(1, new Interval(Short.MIN_VALUE, Short.MAX_VALUE));
      case Type.INT -> RangeValue.number(1, Interval.INTS);
      case Type.LONG -> RangeValue.number(2, Interval.LONGS);
      case Type.DOUBLE -> RangeValue.OTHER_2;
      default -> RangeValue.OTHER_1;
    };
  }

  private static RangeValue constant(int size, long value) {
    return RangeValue.number(size, Interval.of(value));
  }

  @Override
  public RangeValue newOperation(AbstractInsnNode i) {
    return switch (i.getOpcode()) {
      case Opcodes.ICONST_M1,
          Opcodes.ICONST_0,
          Opcodes.ICONST_1,
          Opcodes.ICONST_2,
          Opcodes.ICONST_3,
          Opcodes.ICONST_4,
          Opcodes.ICONST_5 ->
          constant(1, i.getOpcode() - Opcodes.ICONST_0);
      case Opcodes.LCONST_0, Opcodes.LCONST_1 -> constant(2, i.getOpcode() - Opcodes.LCONST_0);
      case Opcodes.BIPUSH, Opcodes.SIPUSH -> constant(1, ((IntInsnNode) i).operand);
      case Opcodes.DCONST_0, Opcodes.DCONST_1 -> RangeValue.OTHER_2;
      case Opcodes.LDC ->
          switch (((LdcInsnNode) i).cst) {
            case Integer n -> constant(1, n);
            case Long n -> constant(2, n);
            case Double d -> RangeValue.OTHER_2;
            default -> RangeValue.OTHER_1;
          };
      case Opcodes.GETSTATIC -> newValue(Type.getType(((FieldInsnNode) i).desc));
      default -> RangeValue.OTHER_1;
    };
  }

  @Override
  public RangeValue copyOperation(AbstractInsnNode i, RangeValue value) {
    return value;
  }

  @Override
  public RangeValue unaryOperation(AbstractInsnNode i, RangeValue a) throws AnalyzerException {
    rejectBase(i, a);
    return switch (i.getOpcode()) {
      case Opcodes.IINC ->
          RangeValue.number(
              1, a.interval().plus(Interval.of(((IincInsnNode) i).incr), Interval.INTS));
      case Opcodes.INEG -> RangeValue.number(1, Interval.of(0).minus(a.interval(), Interval.INTS));
      case Opcodes.LNEG -> RangeValue.number(2, Interval.of(0).minus(a.interval(), Interval.LONGS));
      case Opcodes.I2L -> RangeValue.number(2, a.interval());
      case Opcodes.L2I ->
          RangeValue.number(1, Interval.INTS.contains(a.interval()) ? a.interval() : Interval.INTS);
      case Opcodes.I2B -> newValue(Type.BYTE_TYPE);
      case Opcodes.I2C -> RangeValue.number(1, new Interval(0, Character.MAX_VALUE));
      case Opcodes.I2S -> newValue(Type.SHORT_TYPE);
      case Opcodes.F2I, Opcodes.D2I -> newValue(Type.INT_TYPE);
      case Opcodes.F2L, Opcodes.D2L -> newValue(Type.LONG_TYPE);
      case Opcodes.I2D, Opcodes.L2D, Opcodes.F2D, Opcodes.DNEG -> RangeValue.OTHER_2;
      case Opcodes.GETFIELD -> newValue(Type.getType(((FieldInsnNode) i).desc));
      case Opcodes.I2F, Opcodes.L2F, Opcodes.D2F, Opcodes.FNEG -> RangeValue.OTHER_1;
      default -> null;
    };
  }

  @Override
  public RangeValue binaryOperation(AbstractInsnNode i, RangeValue a, RangeValue b)
      throws AnalyzerException {
    if (i.getOpcode() == Opcodes.LCMP) {
      return compare(i, a, b);
    }
    rejectBase(i, a);
    rejectBase(i, b);
    Interval x = a.interval();
    Interval y = b.interval();
    return switch (i.getOpcode()) {
      case Opcodes.IADD -> RangeValue.number(1, x.plus(y, Interval.INTS));
      case Opcodes.LADD -> RangeValue.number(2, x.plus(y, Interval.LONGS));
      case Opcodes.ISUB -> RangeValue.number(1, x.minus(y, Interval.INTS));
      case Opcodes.LSUB -> RangeValue.number(2, x.minus(y, Interval.LONGS));
      case Opcodes.IMUL -> RangeValue.number(1, x.times(y, Interval.INTS));
      case Opcodes.LMUL -> RangeValue.number(2, x.times(y, Interval.LONGS));
      case Opcodes.ISHL -> RangeValue.number(1, x.shiftedLeft(y, Interval.INTS));
      case Opcodes.LSHL -> RangeValue.number(2, x.shiftedLeft(y, Interval.LONGS));
      case Opcodes.IAND -> RangeValue.number(1, x.and(y, Interval.INTS));
      case Opcodes.LAND -> RangeValue.number(2, x.and(y, Interval.LONGS));
      case Opcodes.ISHR, Opcodes.IUSHR, Opcodes.IOR, Opcodes.IXOR -> newValue(Type.INT_TYPE);
      case Opcodes.LSHR, Opcodes.LUSHR, Opcodes.LOR, Opcodes.LXOR -> newValue(Type.LONG_TYPE);
      case Opcodes.FCMPL, Opcodes.FCMPG, Opcodes.DCMPL, Opcodes.DCMPG ->
          RangeValue.number(1, new Interval(-1, 1));
      case Opcodes.DADD, Opcodes.DSUB, Opcodes.DMUL, Opcodes.DDIV -> RangeValue.OTHER_2;
      case Opcodes.FADD, Opcodes.FSUB, Opcodes.FMUL, Opcodes.FDIV -> RangeValue.OTHER_1;
      default -> null;
    };
  }

  /** A base may be compared with 0 and with nothing else. */
  private static RangeValue compare(AbstractInsnNode i, RangeValue a, RangeValue b)
      throws AnalyzerException {
    if (a.kind() != RangeValue.Kind.BASE || !Interval.of(0).equals(b.interval())) {
      rejectBase(i, a);
    }
    rejectBase(i, b);
    return RangeValue.comparison(a, b, false);
  }

  @Override
  public RangeValue ternaryOperation(AbstractInsnNode i, RangeValue a, RangeValue b, RangeValue c)
      throws AnalyzerException {
    throw new AnalyzerException(i, "stores to an array");
  }

  @Override
  public RangeValue naryOperation(AbstractInsnNode i, List<? extends RangeValue> values)
      throws AnalyzerException {
    if (!(i instanceof MethodInsnNode call)) {
      throw new AnalyzerException(i, "calls what has no name");
    }
    if (call.owner.equals(AllowedMembers.IN_RANGE) && !call.name.equals("host")) {
      return access(call, values);
    }
    for (RangeValue value : values) {
      rejectBase(i, value);
    }
    if (AllowedMembers.isRangeCheck(call.owner, call.name)) {
      return check(call, values);
    }
    if (call.owner.startsWith("java/lang/") && call.name.equals("compareUnsigned")) {
      return RangeValue.comparison(values.get(0), values.get(1), true);
    }
    return newValue(Type.getReturnType(call.desc));
  }

  /** What a range check proves: as much as the least length that it may have been given. */
  private static RangeValue check(MethodInsnNode call, List<? extends RangeValue> values)
      throws AnalyzerException {
    if (!call.name.equals("frame")) {
      return RangeValue.base(0, values.get(2).interval().low());
    }
    long below = values.get(2).interval().low();
    long above = values.get(3).interval().low();
    if (below < 0 || above < 0) {
      throw new AnalyzerException(call, "checks a frame of a negative size");
    }
    return RangeValue.base(-below, above);
  }

  private RangeValue access(MethodInsnNode call, List<? extends RangeValue> values)
      throws AnalyzerException {
    RangeValue base = values.get(0);
    if (base.kind() != RangeValue.Kind.BASE || !base.isChecked()) {
      throw new AnalyzerException(call, call.name + " has no checked base");
    }
    rejectBase(call, values.get(1));
    Interval k = values.get(1).interval();
    Interval range = base.interval();
    if (range == null || k.low() < range.low() || k.high() > range.high() - size(call) + 1) {
      throw new AnalyzerException(
          call, "%s at %s is not within the checked %s".formatted(call.name, k, range));
    }
    if (values.size() > 2) {
      rejectBase(call, values.get(2));
    }
    return newValue(Type.getReturnType(call.desc));
  }

  /** Bytes that an accessor accesses; its name ends with the type. */
  private static int size(MethodInsnNode call) throws AnalyzerException {
    return switch (call.name) {
      case "loadByte", "loadUnsignedByte", "storeByte" -> 1;
      case "loadShort", "loadUnsignedShort", "storeShort" -> 2;
      case "loadInt", "loadUnsignedInt", "storeInt", "loadFloat", "storeFloat" -> 4;
      case "loadLong", "storeLong", "loadDouble", "storeDouble" -> 8;
      default -> throw new AnalyzerException(call, call.name + " has an unknown size");
    };
  }

  @Override
  public void returnOperation(AbstractInsnNode i, RangeValue value, RangeValue expected)
      throws AnalyzerException {
    rejectBase(i, value);
  }

  @Override
  public RangeValue merge(RangeValue a, RangeValue b) {
    return a.merge(b);
  }

  private static void rejectBase(AbstractInsnNode i, RangeValue value) throws AnalyzerException {
    if (value != null && value.isBase()) {
      throw new AnalyzerException(i, "uses a host address other than for an access");
    }
  }
}
