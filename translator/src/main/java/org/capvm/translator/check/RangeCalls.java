package org.capvm.translator.check;

import org.capvm.translator.check.KnownValue.Base;
import org.capvm.translator.check.KnownValue.Comparison;
import org.capvm.translator.check.KnownValue.Number;
import org.capvm.translator.check.KnownValue.Use;
import org.capvm.translator.check.KnownValue.Walk;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.MethodInsnNode;

/** What calls do to what is known: range checks, accesses within a range, and all others. */
final class RangeCalls {
  /** The widest access, in bytes. */
  private static final int WIDEST = 8;

  private final Hints hints;
  private final String where;
  private final boolean clearsTags;
  private String failure;

  RangeCalls(Hints hints, String where, boolean clearsTags) {
    this.hints = hints;
    this.where = where;
    this.clearsTags = clearsTags;
  }

  /** Why an access was not proven, or null. */
  String failure() {
    return failure;
  }

  void execute(Slots slots, MethodInsnNode call) throws RejectedClassException {
    int sizes = Type.getArgumentsAndReturnSizes(call.desc);
    // The first of them is the receiver.
    int taken = (sizes >> 2) - (call.getOpcode() == Opcodes.INVOKESTATIC ? 1 : 0);
    boolean isAccess = AllowedMembers.isInRangeAccess(call);
    for (int k = isAccess ? taken - 1 : taken; k > 0; k--) {
      require(!(slots.operand(k) instanceof Base), "gives a host address to %s", call.name);
    }
    KnownValue result = null;
    if (isAccess) {
      access(call, slots.operand(taken), slots.operand(taken - 2));
    } else if (AllowedMembers.isRangeCheck(call.owner, call.name)) {
      result =
          call.owner.equals(AllowedMembers.AUTHORISED_RANGE)
              ? checkWalk(call.name, slots)
              : check(call.name, slots.operand(2), slots.operand(1));
    } else if (call.name.equals("compareUnsigned")) {
      result = Comparison.of(slots.operand(taken), slots.operand(taken / 2), true);
    }
    slots.pop(taken);
    if (AllowedMembers.mayChangePermissions(call)) {
      slots.map((local, value) -> atPoll(value));
    }
    if ((sizes & 3) == 2) {
      slots.pushWide(result);
    } else if ((sizes & 3) == 1) {
      slots.push(result);
    }
  }

  private void access(MethodInsnNode call, KnownValue base, KnownValue offset)
      throws RejectedClassException {
    String accessor = call.name;
    boolean leavesTags = call.owner.equals(AllowedMembers.IN_RANGE) && !accessor.startsWith("load");
    require(
        base instanceof Base b
            && b.isTested()
            && b.use().allows(accessor)
            && (!clearsTags || !leavesTags || b.use() == Use.NO_TAGS),
        "calls %s without a base that was checked for it",
        accessor);
    Number at = offset instanceof Number n ? n : new Number(Interval.LONGS, -1);
    if (!((Base) base).covers(at, size(accessor))) {
      hints.neededCounter(at.origin());
      failure = "%s at %s is not within the checked %s".formatted(accessor, at, base);
    }
  }

  /** Bytes that an accessor accesses; its name ends with the type. */
  private int size(String accessor) throws RejectedClassException {
    return switch (accessor) {
      case "loadByte", "loadUnsignedByte", "storeByte" -> 1;
      case "loadShort", "loadUnsignedShort", "storeShort" -> 2;
      case "loadInt", "loadUnsignedInt", "storeInt", "loadFloat", "storeFloat" -> 4;
      case "loadLong", "storeLong", "loadDouble", "storeDouble" -> 8;
      default -> throw new RejectedClassException(where, accessor + " has an unknown size");
    };
  }

  /** What a range check proves; its last parameters are how many bytes, which are constants. */
  private Base check(String name, KnownValue below, KnownValue last) throws RejectedClassException {
    return switch (name) {
      case "host" -> new Base(0, constant(below, 0, Long.MAX_VALUE), Use.BOUNDS, false);
      case "hostWithoutTags" -> new Base(0, constant(below, 0, Long.MAX_VALUE), Use.NO_TAGS, false);
      case "frame" ->
          new Base(
              -constant(below, 0, Integer.MAX_VALUE),
              constant(last, 0, Integer.MAX_VALUE),
              Use.BOUNDS,
              false);
      case "load" -> new Base(0, constant(last, 1, WIDEST), Use.LOAD, false);
      case "store" -> new Base(0, constant(last, 1, WIDEST), Use.STORE, false);
      default -> throw new RejectedClassException(where, name + " is an unknown range check");
    };
  }

  /**
   * What a check of authority proves. Its last parameters but the window are the number of steps,
   * which is in a local, the bytes of a step, and the stride, which are constants.
   */
  private Base checkWalk(String name, Slots slots) throws RejectedClassException {
    long stride = constant(slots.operand(3), Integer.MIN_VALUE, Integer.MAX_VALUE);
    long span = constant(slots.operand(5), 1, Integer.MAX_VALUE);
    KnownValue steps = slots.operand(6);
    require(steps instanceof Number n && n.isPlain() && n.origin() >= 0, "checks %s steps", steps);
    Use use = name.equals("stores") ? Use.STORE : Use.LOAD;
    return new Base(0, span, use, new Walk(((Number) steps).origin(), stride), false);
  }

  private long constant(KnownValue value, long least, long most) throws RejectedClassException {
    require(
        value instanceof Number n
            && n.interval().isConstant()
            && n.interval().low() >= least
            && n.interval().low() <= most,
        "checks a range of %s bytes",
        value);
    return ((Number) value).interval().low();
  }

  /** Permissions and tags may change at a poll; the bounds of a window do not. */
  private static KnownValue atPoll(KnownValue value) {
    return value instanceof Base base && base.use() != Use.BOUNDS ? Base.USELESS : value;
  }

  private void require(boolean condition, String otherwise, Object argument)
      throws RejectedClassException {
    if (!condition) {
      throw new RejectedClassException(where, otherwise.formatted(argument));
    }
  }
}
