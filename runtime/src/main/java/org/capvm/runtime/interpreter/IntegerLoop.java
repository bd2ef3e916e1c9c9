package org.capvm.runtime.interpreter;

import static org.capvm.runtime.interpreter.PackedInstruction.immediate;
import static org.capvm.runtime.interpreter.PackedInstruction.length;
import static org.capvm.runtime.interpreter.PackedInstruction.number;
import static org.capvm.runtime.interpreter.PackedInstruction.rd;
import static org.capvm.runtime.interpreter.PackedInstruction.rs1;
import static org.capvm.runtime.interpreter.PackedInstruction.rs2;
import static org.capvm.runtime.isa.IntegerOperations.*;

import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.Window;

/**
 * Executes the integer instructions, loads, stores, branches and jumps as long as nothing special
 * happens; {@link Execution} does the rest.
 *
 * <p>One method, because a call for each instruction would cost as much as the instruction, and
 * without calls that are not inlined, because HotSpot keeps no register across a call. It stays far
 * below the 8,000 bytes of bytecode that HotSpot compiles. Every instruction reads both source
 * registers and most write their result in one common place, which keeps the compiled loop small.
 */
final class IntegerLoop {
  private static final long NAN_BOX = 0xffff_ffffL << 32;

  private IntegerLoop() {}

  /**
   * Executes from the place where {@code x} stands, and leaves it at the first instruction that
   * this loop does not execute.
   *
   * @throws MemoryFault with {@code x} at the instruction that raised it
   */
  static void run(Hart h, Execution x) {
    Window w = h.window;
    Block block = x.block;
    long[] instructions = block.instructions;
    int i = x.index;
    long retired = -i;
    try {
      while (true) {
        long op = instructions[i];
        long a = h.x(rs1(op));
        long b = h.x(rs2(op));
        long target;
        Block next;
        transfer:
        {
          boolean taken;
          branch:
          {
            advance:
            {
              long result;
              switch (number(op)) {
                case OpcodeNumber.ADDI -> result = add(a, immediate(op));
                case OpcodeNumber.SLTI -> result = slt(a, immediate(op));
                case OpcodeNumber.SLTIU -> result = sltu(a, immediate(op));
                case OpcodeNumber.XORI -> result = xor(a, immediate(op));
                case OpcodeNumber.ORI -> result = or(a, immediate(op));
                case OpcodeNumber.ANDI -> result = and(a, immediate(op));
                case OpcodeNumber.SLLI -> result = sll(a, immediate(op));
                case OpcodeNumber.SRLI -> result = srl(a, immediate(op));
                case OpcodeNumber.SRAI -> result = sra(a, immediate(op));
                case OpcodeNumber.ADDIW -> result = addw(a, immediate(op));
                case OpcodeNumber.SLLIW -> result = sllw(a, immediate(op));
                case OpcodeNumber.SRLIW -> result = srlw(a, immediate(op));
                case OpcodeNumber.SRAIW -> result = sraw(a, immediate(op));
                case OpcodeNumber.ADD -> result = add(a, b);
                case OpcodeNumber.SUB -> result = sub(a, b);
                case OpcodeNumber.SLL -> result = sll(a, b);
                case OpcodeNumber.SLT -> result = slt(a, b);
                case OpcodeNumber.SLTU -> result = sltu(a, b);
                case OpcodeNumber.XOR -> result = xor(a, b);
                case OpcodeNumber.SRL -> result = srl(a, b);
                case OpcodeNumber.SRA -> result = sra(a, b);
                case OpcodeNumber.OR -> result = or(a, b);
                case OpcodeNumber.AND -> result = and(a, b);
                case OpcodeNumber.ADDW -> result = addw(a, b);
                case OpcodeNumber.SUBW -> result = subw(a, b);
                case OpcodeNumber.SLLW -> result = sllw(a, b);
                case OpcodeNumber.SRLW -> result = srlw(a, b);
                case OpcodeNumber.SRAW -> result = sraw(a, b);
                case OpcodeNumber.MUL -> result = mul(a, b);
                case OpcodeNumber.MULH -> result = mulh(a, b);
                case OpcodeNumber.MULHSU -> result = mulhsu(a, b);
                case OpcodeNumber.MULHU -> result = mulhu(a, b);
                case OpcodeNumber.DIV -> result = div(a, b);
                case OpcodeNumber.DIVU -> result = divu(a, b);
                case OpcodeNumber.REM -> result = rem(a, b);
                case OpcodeNumber.REMU -> result = remu(a, b);
                case OpcodeNumber.MULW -> result = mulw(a, b);
                case OpcodeNumber.DIVW -> result = divw(a, b);
                case OpcodeNumber.DIVUW -> result = divuw(a, b);
                case OpcodeNumber.REMW -> result = remw(a, b);
                case OpcodeNumber.REMUW -> result = remuw(a, b);
                case OpcodeNumber.LUI -> result = immediate(op);
                case OpcodeNumber.AUIPC -> result = block.address(op) + immediate(op);
                case OpcodeNumber.LB -> result = GuestAccess.loadByte(w, a + immediate(op));
                case OpcodeNumber.LH -> result = GuestAccess.loadShort(w, a + immediate(op));
                case OpcodeNumber.LW -> result = GuestAccess.loadInt(w, a + immediate(op));
                case OpcodeNumber.LD -> result = GuestAccess.loadLong(w, a + immediate(op));
                case OpcodeNumber.LBU -> result = GuestAccess.loadByte(w, a + immediate(op)) & 0xff;
                case OpcodeNumber.LHU ->
                    result = GuestAccess.loadShort(w, a + immediate(op)) & 0xffff;
                case OpcodeNumber.LWU ->
                    result = GuestAccess.loadInt(w, a + immediate(op)) & 0xffff_ffffL;
                case OpcodeNumber.SB -> {
                  GuestAccess.storeByte(w, a + immediate(op), b);
                  break advance;
                }
                case OpcodeNumber.SH -> {
                  GuestAccess.storeShort(w, a + immediate(op), b);
                  break advance;
                }
                case OpcodeNumber.SW -> {
                  GuestAccess.storeInt(w, a + immediate(op), b);
                  break advance;
                }
                case OpcodeNumber.SD -> {
                  GuestAccess.storeLong(w, a + immediate(op), b);
                  break advance;
                }
                case OpcodeNumber.FLW -> {
                  h.f(rd(op), GuestAccess.loadInt(w, a + immediate(op)) | NAN_BOX);
                  break advance;
                }
                case OpcodeNumber.FLD -> {
                  h.f(rd(op), GuestAccess.loadLong(w, a + immediate(op)));
                  break advance;
                }
                case OpcodeNumber.FSW -> {
                  GuestAccess.storeInt(w, a + immediate(op), h.f(rs2(op)));
                  break advance;
                }
                case OpcodeNumber.FSD -> {
                  GuestAccess.storeLong(w, a + immediate(op), h.f(rs2(op)));
                  break advance;
                }
                case OpcodeNumber.BEQ -> {
                  taken = eq(a, b);
                  break branch;
                }
                case OpcodeNumber.BNE -> {
                  taken = ne(a, b);
                  break branch;
                }
                case OpcodeNumber.BLT -> {
                  taken = lt(a, b);
                  break branch;
                }
                case OpcodeNumber.BGE -> {
                  taken = ge(a, b);
                  break branch;
                }
                case OpcodeNumber.BLTU -> {
                  taken = ltu(a, b);
                  break branch;
                }
                case OpcodeNumber.BGEU -> {
                  taken = geu(a, b);
                  break branch;
                }
                case OpcodeNumber.JAL -> {
                  target = block.address(op) + immediate(op);
                  next = x.jump(target, rd(op));
                  if (next == null) {
                    x.stop(block, i, retired);
                    return;
                  }
                  h.xOrSink(rd(op), block.address(op) + length(op));
                  break transfer;
                }
                case OpcodeNumber.JALR -> {
                  target = a + immediate(op) & -2;
                  next = x.jumpIndirect(target, rd(op));
                  if (next == null) {
                    x.stop(block, i, retired);
                    return;
                  }
                  h.xOrSink(rd(op), block.address(op) + length(op));
                  break transfer;
                }
                case OpcodeNumber.CONTINUATION -> {
                  next = x.code.find(block.address(op));
                  if (next == null) {
                    x.stop(block, i, retired);
                    return;
                  }
                  retired--;
                  break transfer;
                }
                default -> {
                  x.stop(block, i, retired);
                  return;
                }
              }
              h.xOrSink(rd(op), result);
            }
            i++;
            continue;
          }
          if (!taken) {
            i++;
            continue;
          }
          next = x.branch(block.address(op) + immediate(op), immediate(op));
          if (next == null) {
            x.stop(block, i, retired);
            return;
          }
        }
        retired += i + 1;
        block = next;
        instructions = next.instructions;
        i = 0;
      }
    } catch (MemoryFault fault) {
      x.stop(block, i, retired);
      throw fault;
    }
  }
}
