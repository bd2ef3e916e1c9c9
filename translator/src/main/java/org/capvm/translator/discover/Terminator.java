package org.capvm.translator.discover;

import java.util.List;
import java.util.Optional;

/**
 * How a basic block ends. Unless said otherwise the instruction that does it is the last one of the
 * block, so the emitter finds its operands there.
 *
 * <p>All addresses are link-time addresses. A {@code next}, {@code returnTo} or {@code taken}
 * address that is not the start of a block of the same function leaves the function: control goes
 * on there as by a tail call. (It happens behind a call that never returns, behind an instruction
 * that is not decodable, and where hand-written code falls into its neighbour.)
 */
public sealed interface Terminator {

  /**
   * The last instruction is an ordinary one; control goes on at {@code next}, where another block
   * starts.
   */
  record FallThrough(long next) implements Terminator {}

  /** An unconditional jump inside the function: JAL x0, or JALR x0 with a known target. */
  record Jump(long target) implements Terminator {}

  /** A conditional branch: to {@code taken} if its condition holds, otherwise to {@code next}. */
  record Branch(long taken, long next) implements Terminator {}

  /**
   * A call that links ra: JAL ra, or JALR ra whose target is known because its base is a constant
   * of this block (AUIPC + JALR). The block keeps the AUIPC: the base register holds its value.
   */
  record Call(long target, long returnTo) implements Terminator {}

  /** JALR ra with an unknown target. */
  record CallIndirect(long returnTo) implements Terminator {}

  /**
   * A direct jump that leaves the function: JAL x0, or JALR x0 with a known target; also where the
   * last instruction is an ordinary one and control falls into another function, or into something
   * that cannot be fetched.
   */
  record TailCall(long target) implements Terminator {}

  /**
   * JALR x0 through a register other than ra whose target is unknown: a tail call through a
   * pointer, or a jump inside the function that could not be resolved.
   */
  record JumpIndirect() implements Terminator {}

  /**
   * JALR x0 to one of the entries of a constant table of 32-bit words, with a bounds check before
   * it.
   *
   * <p>The load of the entry is the LW (or LWU) at address {@code load}, which is in this block or
   * in one that dominates it. The emitter may switch on any of three values:
   *
   * <ul>
   *   <li>the entry's number, {@code (rs1 + immediate of the load - table) >> 2}, evaluated just
   *       before the load;
   *   <li>the index, where {@link #index()} is present: a register just before a given instruction;
   *   <li>the target of the JALR, compared with each element of {@code targets} (plus load bias).
   * </ul>
   *
   * A value outside the table means that code was entered in an unexpected way: treat it as {@link
   * JumpIndirect}, with the target that the JALR computes.
   *
   * @param table address of entry 0
   * @param base what the code adds to the sign-extended entry: usually {@code table}, sometimes the
   *     address of a label; 0 if an entry is an address
   * @param load address of the instruction that loads the entry
   * @param targets target of each entry, in order; each is the start of a block of this function,
   *     or leaves it as by a tail call
   * @param index where the unscaled index can be found
   */
  record JumpTable(long table, long base, long load, List<Long> targets, Optional<Index> index)
      implements Terminator {}

  /**
   * The index of a jump table: the value of {@code register} just before the instruction at {@code
   * address}, which is in the block that loads the entry.
   *
   * @param register x1 to x31
   * @param address of the instruction that reads it, the scaling shift
   * @param word whether only the low 32 bits, zero-extended, are the index
   */
  record Index(int register, long address, boolean word) {}

  /**
   * JALR x0 with an unknown target in a function that has its own labels' addresses stored in data:
   * a computed goto. The target is probably among {@code labels}; otherwise as {@link
   * JumpIndirect}.
   *
   * @param labels sorted; each starts a block of this function
   */
  record ComputedGoto(List<Long> labels) implements Terminator {}

  /** JALR x0, 0(ra). */
  record Return() implements Terminator {}

  /**
   * JAL or JALR that links a register other than ra: the t0 convention of out-of-line prologues, or
   * a procedure linkage table stub.
   *
   * @param target if known
   * @param next the address that the link register receives; a block starts there if it is
   *     decodable
   */
  record AlternateLink(Optional<Long> target, long next) implements Terminator {}

  /** ECALL; control usually goes on at {@code next}. */
  record EnvironmentCall(long next) implements Terminator {}

  /**
   * EBREAK or an instruction that is not RV64GC: the last instruction of the block, at {@code
   * address}, traps.
   */
  record Trap(long address) implements Terminator {}
}
