package org.capvm.testsuite.random;

import java.util.List;
import org.capvm.runtime.isa.Opcode;
import org.capvm.testsuite.assembler.Code;

/**
 * A piece of a random function that can be left out without making the rest meaningless: that is
 * what lets the shrinker work on statements.
 */
sealed interface Statement {
  /** Instructions in a row that belong together, such as an address and its access. */
  record Plain(List<Code> codes) implements Statement {}

  /**
   * Load-reserved, something, store-conditional, retried until it succeeds.
   *
   * @param address leaves the aligned address in {@link Registers#TEMPORARY}
   * @param result the register with the store-conditional's outcome, 0 in the end
   */
  record Reservation(List<Code> address, List<Code> attempt, int result) implements Statement {}

  /**
   * A counted loop.
   *
   * @param counter the callee-saved register that counts; nested statements leave it alone
   * @param testsFirst whether the condition is at the top rather than the bottom
   */
  record Loop(int counter, int count, boolean testsFirst, List<Statement> body)
      implements Statement {}

  /** Leaves the innermost loop; nothing outside of one. */
  record BreakIf(Condition condition) implements Statement {}

  /** A two-armed conditional; {@code otherwise} may be empty. */
  record If(Condition condition, List<Statement> then, List<Statement> otherwise)
      implements Statement {}

  /**
   * A loop that walks through memory in constant steps: a copy, a fill, a sum or a search.
   *
   * @param start define its registers
   * @param body of an iteration, the steps included
   * @param end leaves the loop when it does not hold
   * @param found leaves the loop when it holds, or null
   */
  record Strided(List<Code> start, List<Code> body, Condition end, Condition found)
      implements Statement {}

  /** A system call that no kernel has: everything that a kernel could see must be right there. */
  record Checkpoint() implements Statement {}

  /**
   * A jump table as compilers emit it: a guard on the index, then a table of offsets or addresses.
   * Without the guard it is a computed goto, whose labels are in a table of addresses.
   *
   * @param index a register whose low four bits select the case
   * @param relative whether the table holds 32-bit offsets from itself rather than addresses
   * @param guarded whether an index beyond the cases is left out; otherwise there are 16 of them
   */
  record Switch(int index, boolean relative, boolean guarded, List<List<Statement>> cases)
      implements Statement {}

  /**
   * A call of another function.
   *
   * @param callee its number
   * @param depth how deep the callee may recurse, if it does
   * @param arguments define the argument registers
   * @param redefinitions define the registers that the ABI lets the callee destroy
   */
  record Call(int callee, CallKind kind, int depth, List<Code> arguments, List<Code> redefinitions)
      implements Statement {}

  /** A call of the function itself while the depth it was given lasts. */
  record Recursion(List<Code> arguments, List<Code> redefinitions) implements Statement {}

  /** How the callee's address gets into the pc. */
  enum CallKind {
    NEAR,
    FAR,
    THROUGH_TABLE
  }

  /**
   * A branch condition.
   *
   * @param far whether to branch around a jump rather than to the target
   */
  record Condition(Opcode opcode, int rs1, int rs2, boolean far) {
    /** The condition that holds when this one does not. */
    Opcode inverted() {
      return switch (opcode) {
        case BEQ -> Opcode.BNE;
        case BNE -> Opcode.BEQ;
        case BLT -> Opcode.BGE;
        case BGE -> Opcode.BLT;
        case BLTU -> Opcode.BGEU;
        default -> Opcode.BLTU;
      };
    }
  }
}
