package org.capvm.runtime.interpreter;

import static org.capvm.runtime.interpreter.PackedInstruction.immediate;
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
 * registers and most write their result in one common place. Loads and stores share one case:
 * HotSpot computes what two cases have in common before the switch, for every instruction.
 */
final class IntegerLoop {
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
        Block next;
        transfer:
        {
          boolean taken;
          branch:
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
              case OpcodeNumber.AUIPC -> result = block.address + immediate(op);
              case OpcodeNumber.LB,
                  OpcodeNumber.LH,
                  OpcodeNumber.LW,
                  OpcodeNumber.LD,
                  OpcodeNumber.LBU,
                  OpcodeNumber.LHU,
                  OpcodeNumber.LWU,
                  OpcodeNumber.SB,
                  OpcodeNumber.SH,
                  OpcodeNumber.SW,
                  OpcodeNumber.SD,
                  OpcodeNumber.FLW,
                  OpcodeNumber.FSW,
                  OpcodeNumber.FLD,
                  OpcodeNumber.FSD -> {
                long address = a + immediate(op);
                switch (number(op)) {
                  case OpcodeNumber.SB, OpcodeNumber.SH, OpcodeNumber.SW, OpcodeNumber.SD ->
                      GuestAccess.store(w, address, number(op), b);
                  case OpcodeNumber.FSW, OpcodeNumber.FSD ->
                      GuestAccess.store(w, address, number(op), h.f(rs2(op)));
                  case OpcodeNumber.FLW, OpcodeNumber.FLD ->
                      h.f(rd(op), GuestAccess.load(w, address, number(op)));
                  default -> h.xOrSink(rd(op), GuestAccess.load(w, address, number(op)));
                }
                i++;
                continue;
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
              case OpcodeNumber.JAL, OpcodeNumber.JALR -> {
                next = x.jump(op, block, a);
                break transfer;
              }
              case OpcodeNumber.CONTINUATION -> {
                next = x.code.find(block.address + immediate(op));
                retired -= next == null ? 0 : 1;
                break transfer;
              }
              default -> {
                next = null;
                break transfer;
              }
            }
            h.xOrSink(rd(op), result);
            i++;
            continue;
          }
          if (!taken) {
            i++;
            continue;
          }
          next = x.branch(block.address + immediate(op), immediate(op));
        }
        if (next == null) {
          x.stop(block, i, retired);
          return;
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
