package org.capvm.runtime.interpreter;

import static org.capvm.runtime.interpreter.PackedInstruction.immediate;
import static org.capvm.runtime.interpreter.PackedInstruction.rd;
import static org.capvm.runtime.interpreter.PackedInstruction.rs1;
import static org.capvm.runtime.interpreter.PackedInstruction.rs2;

import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.isa.CsrOperations;
import org.capvm.runtime.isa.FenceOperations;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.InstructionFetch;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operand;

/** The instructions that are too rare or too large for {@link ExecutionLoop}, by family. */
final class OtherInstructions {
  private OtherInstructions() {}

  /** Executes the instruction at {@code h.pc}; returns the trap it raises, or null. */
  static Trap execute(Hart h, Interpreter interpreter, long op) {
    Opcode opcode = PackedInstruction.opcode(op);
    return switch (opcode.family()) {
      case LOAD_RESERVED, STORE_CONDITIONAL, ATOMIC -> {
        h.xOrSink(rd(op), AtomicInstructions.execute(h, opcode, h.x(rs1(op)), h.x(rs2(op))));
        yield null;
      }
      case CSR -> csr(h, opcode, op) ? null : illegal(h);
      case FENCE -> {
        fence(h, interpreter, opcode, op);
        yield null;
      }
      case SYSTEM -> new Trap.Breakpoint();
      default -> FloatInstructions.execute(h, opcode, op) ? null : illegal(h);
    };
  }

  private static void fence(Hart h, Interpreter interpreter, Opcode opcode, long op) {
    if (opcode == Opcode.FENCE) {
      FenceOperations.fence(immediate(op));
    } else {
      interpreter.code().invalidate();
      h.kernel.instructionFence(h);
    }
  }

  private static boolean csr(Hart h, Opcode opcode, long op) {
    int csr = immediate(op);
    int field = rs1(op);
    if (!CsrOperations.isLegal(opcode, csr, field)) {
      return false;
    }
    boolean writes = field != 0 || opcode == Opcode.CSRRW || opcode == Opcode.CSRRWI;
    long source = opcode.format().has(Operand.CSR_IMMEDIATE) ? field : h.x(field);
    h.xOrSink(rd(op), CsrOperations.exchange(h, opcode, csr, source, writes));
    return true;
  }

  /** The trap of a legal encoding that is illegal in this state; it was fetched a moment ago. */
  private static Trap illegal(Hart h) {
    Instruction instruction = InstructionFetch.decodeAt(h.window, h.pc);
    return new Trap.IllegalInstruction(instruction.bits());
  }
}
