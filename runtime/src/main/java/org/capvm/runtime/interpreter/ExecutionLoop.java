package org.capvm.runtime.interpreter;

import static org.capvm.runtime.interpreter.PackedInstruction.halfWords;
import static org.capvm.runtime.interpreter.PackedInstruction.immediate;
import static org.capvm.runtime.interpreter.PackedInstruction.opcode;
import static org.capvm.runtime.interpreter.PackedInstruction.rd;
import static org.capvm.runtime.interpreter.PackedInstruction.rs1;
import static org.capvm.runtime.interpreter.PackedInstruction.rs2;
import static org.capvm.runtime.isa.IntegerOperations.*;

import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.isa.FenceOperations;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.Window;

/**
 * Executes instructions one by one.
 *
 * <p>The loop is one method with the integer instructions in it, because a call for each would cost
 * as much as the instruction; it stays well below the 8,000 bytes of bytecode that HotSpot
 * compiles. Every instruction reads both source registers and most write their result in one common
 * place, which keeps the compiled loop small.
 */
final class ExecutionLoop {
  /** How the loop ended; {@code h.pc} is where execution goes on. */
  enum Exit {
    /** A call or jump reached the entry of a translated function. */
    TRANSLATED,
    /** The function returned to its caller. */
    RETURNED,
    /**
     * Somebody else decides what happens next: after a trap, for an interrupt, at a resume point,
     * or because the frames of our callers are dead.
     */
    LEFT
  }

  /** A return address that no jump has. */
  static final long NO_RETURN = 1;

  /** The stack pointer above which there is none. */
  static final long NO_STACK = -1;

  private static final long NAN_BOX = 0xffff_ffffL << 32;

  private ExecutionLoop() {}

  /**
   * Executes from {@code h.pc}. The hart holds the complete register file throughout.
   *
   * @param returnAddress a jump there with the stack pointer at {@code stackPointer} is the return
   *     to the caller, or {@link #NO_RETURN}
   * @param stackPointer at entry: once it is above, the caller's frame is dead
   */
  static Exit run(Hart h, Interpreter interpreter, long returnAddress, long stackPointer) {
    Window w = h.window;
    DecodedCode code = interpreter.code();
    long retired = h.instructionsRetired;
    long base = h.pc & -Window.PAGE;
    int place = DecodedCode.place(h.pc);
    try {
      long[] places = code.enter(base + 2L * place);
      while (true) {
        long op = places[place];
        long a = h.x(rs1(op));
        long b = h.x(rs2(op));
        boolean taken;
        control:
        {
          advance:
          {
            long result;
            switch (opcode(op)) {
              case ADDI -> result = add(a, immediate(op));
              case SLTI -> result = slt(a, immediate(op));
              case SLTIU -> result = sltu(a, immediate(op));
              case XORI -> result = xor(a, immediate(op));
              case ORI -> result = or(a, immediate(op));
              case ANDI -> result = and(a, immediate(op));
              case SLLI -> result = sll(a, immediate(op));
              case SRLI -> result = srl(a, immediate(op));
              case SRAI -> result = sra(a, immediate(op));
              case ADDIW -> result = addw(a, immediate(op));
              case SLLIW -> result = sllw(a, immediate(op));
              case SRLIW -> result = srlw(a, immediate(op));
              case SRAIW -> result = sraw(a, immediate(op));
              case ADD -> result = add(a, b);
              case SUB -> result = sub(a, b);
              case SLL -> result = sll(a, b);
              case SLT -> result = slt(a, b);
              case SLTU -> result = sltu(a, b);
              case XOR -> result = xor(a, b);
              case SRL -> result = srl(a, b);
              case SRA -> result = sra(a, b);
              case OR -> result = or(a, b);
              case AND -> result = and(a, b);
              case ADDW -> result = addw(a, b);
              case SUBW -> result = subw(a, b);
              case SLLW -> result = sllw(a, b);
              case SRLW -> result = srlw(a, b);
              case SRAW -> result = sraw(a, b);
              case MUL -> result = mul(a, b);
              case MULH -> result = mulh(a, b);
              case MULHSU -> result = mulhsu(a, b);
              case MULHU -> result = mulhu(a, b);
              case DIV -> result = div(a, b);
              case DIVU -> result = divu(a, b);
              case REM -> result = rem(a, b);
              case REMU -> result = remu(a, b);
              case MULW -> result = mulw(a, b);
              case DIVW -> result = divw(a, b);
              case DIVUW -> result = divuw(a, b);
              case REMW -> result = remw(a, b);
              case REMUW -> result = remuw(a, b);
              case LUI -> result = immediate(op);
              case AUIPC -> result = base + 2L * place + immediate(op);
              case LB -> result = GuestAccess.loadByte(w, a + immediate(op));
              case LH -> result = GuestAccess.loadShort(w, a + immediate(op));
              case LW -> result = GuestAccess.loadInt(w, a + immediate(op));
              case LD -> result = GuestAccess.loadLong(w, a + immediate(op));
              case LBU -> result = GuestAccess.loadByte(w, a + immediate(op)) & 0xff;
              case LHU -> result = GuestAccess.loadShort(w, a + immediate(op)) & 0xffff;
              case LWU -> result = GuestAccess.loadInt(w, a + immediate(op)) & 0xffff_ffffL;
              case SB -> {
                GuestAccess.storeByte(w, a + immediate(op), b);
                break advance;
              }
              case SH -> {
                GuestAccess.storeShort(w, a + immediate(op), b);
                break advance;
              }
              case SW -> {
                GuestAccess.storeInt(w, a + immediate(op), b);
                break advance;
              }
              case SD -> {
                GuestAccess.storeLong(w, a + immediate(op), b);
                break advance;
              }
              case FLW -> {
                h.f(rd(op), GuestAccess.loadInt(w, a + immediate(op)) | NAN_BOX);
                break advance;
              }
              case FLD -> {
                h.f(rd(op), GuestAccess.loadLong(w, a + immediate(op)));
                break advance;
              }
              case FSW -> {
                GuestAccess.storeInt(w, a + immediate(op), h.f(rs2(op)));
                break advance;
              }
              case FSD -> {
                GuestAccess.storeLong(w, a + immediate(op), h.f(rs2(op)));
                break advance;
              }
              case BEQ -> {
                taken = eq(a, b);
                break control;
              }
              case BNE -> {
                taken = ne(a, b);
                break control;
              }
              case BLT -> {
                taken = lt(a, b);
                break control;
              }
              case BGE -> {
                taken = ge(a, b);
                break control;
              }
              case BLTU -> {
                taken = ltu(a, b);
                break control;
              }
              case BGEU -> {
                taken = geu(a, b);
                break control;
              }
              case JAL, JALR -> {
                long pc = base + 2L * place;
                long target =
                    opcode(op) == Opcode.JAL ? pc + immediate(op) : a + immediate(op) & -2;
                h.xOrSink(rd(op), pc + 2 * halfWords(op));
                retired++;
                h.pc = target;
                Exit exit = arrive(h, interpreter, op, returnAddress, stackPointer);
                if (exit != null) {
                  h.instructionsRetired = retired;
                  return exit;
                }
                place = DecodedCode.place(target);
                if (base != (target & -Window.PAGE)) {
                  base = target & -Window.PAGE;
                  places = code.enter(target);
                }
                continue;
              }
              case ECALL -> {
                h.pc = base + 2L * place;
                h.instructionsRetired = retired;
                h.kernel.environmentCall(h, true);
                place += 2;
                if (h.interruptRequested()) {
                  h.pc = base + 2L * place;
                  return Exit.LEFT;
                }
                continue;
              }
              case ILLEGAL -> {
                if (op == PackedInstruction.UNDECODED) {
                  if (place >= DecodedCode.PLACES) {
                    base += Window.PAGE;
                    place -= DecodedCode.PLACES;
                    places = code.enter(base + 2L * place);
                  } else {
                    code.decode(base + 2L * place);
                  }
                  continue;
                }
                h.instructionsRetired = retired;
                return trap(h, base + 2L * place, new Trap.IllegalInstruction(immediate(op)));
              }
              case FENCE -> {
                FenceOperations.fence(immediate(op));
                break advance;
              }
              default -> {
                h.pc = base + 2L * place;
                h.instructionsRetired = retired;
                Trap trap = OtherInstructions.execute(h, interpreter, op);
                if (trap != null) {
                  return trap(h, h.pc, trap);
                }
                break advance;
              }
            }
            h.xOrSink(rd(op), result);
          }
          place += halfWords(op);
          retired++;
          continue;
        }
        retired++;
        if (!taken) {
          place += halfWords(op);
          continue;
        }
        place += immediate(op) >> 1;
        if (immediate(op) <= 0) {
          h.pc = base + 2L * place;
          Exit exit = loop(h, interpreter);
          if (exit != null) {
            h.instructionsRetired = retired;
            return exit;
          }
        }
        if ((place & -DecodedCode.PLACES) != 0) {
          long pc = base + 2L * place;
          base = pc & -Window.PAGE;
          place = DecodedCode.place(pc);
          places = code.enter(pc);
        }
      }
    } catch (MemoryFault fault) {
      h.instructionsRetired = retired;
      return trap(h, base + 2L * place, Trap.of(fault));
    }
  }

  /** Looks at the place a jump arrived at, {@code h.pc}; null means: go on there. */
  private static Exit arrive(
      Hart h, Interpreter interpreter, long op, long returnAddress, long stackPointer) {
    long target = h.pc;
    boolean call = isLink(rd(op));
    if (target == returnAddress && h.x2 == stackPointer && !call) {
      return Exit.RETURNED;
    }
    if (h.interruptRequested() || Long.compareUnsigned(h.x2, stackPointer) > 0) {
      return Exit.LEFT;
    }
    if (Hart.function(h, target) != h.fallback) {
      return Exit.TRANSLATED;
    }
    if (!interpreter.watches()) {
      return null;
    }
    if (call) {
      interpreter.count(h, target, HotCode.Kind.FUNCTION);
      return Hart.function(h, target) != h.fallback ? Exit.TRANSLATED : null;
    }
    if (opcode(op) == Opcode.JAL && immediate(op) <= 0) {
      interpreter.count(h, target, HotCode.Kind.LOOP);
    }
    return interpreter.resumePoints().at(target) != null ? Exit.LEFT : null;
  }

  /** The registers that the ABI passes return addresses in: a jump that links there is a call. */
  private static boolean isLink(int register) {
    return register == 1 || register == 5;
  }

  /** Looks at the target of a backward branch, {@code h.pc}; null means: go on there. */
  private static Exit loop(Hart h, Interpreter interpreter) {
    if (h.interruptRequested()) {
      return Exit.LEFT;
    }
    if (!interpreter.watches()) {
      return null;
    }
    interpreter.count(h, h.pc, HotCode.Kind.LOOP);
    return interpreter.resumePoints().at(h.pc) != null ? Exit.LEFT : null;
  }

  private static Exit trap(Hart h, long pc, Trap trap) {
    h.pc = pc;
    h.kernel.trap(h, trap);
    return Exit.LEFT;
  }
}
