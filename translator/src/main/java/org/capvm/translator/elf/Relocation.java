package org.capvm.translator.elf;

import java.util.Optional;

/**
 * A dynamic relocation (RISC-V ELF psABI, "Relocations").
 *
 * @param offset link-time virtual address of the word it patches
 * @param type the psABI number, for example {@link #RELATIVE}
 * @param symbol the symbol it refers to, if any
 * @param addend the explicit addend
 */
public record Relocation(long offset, int type, Optional<Symbol> symbol, long addend) {
  /** R_RISCV_64: symbol + addend. */
  public static final int ABSOLUTE_64 = 2;

  /** R_RISCV_RELATIVE: load bias + addend. */
  public static final int RELATIVE = 3;

  /** R_RISCV_COPY. */
  public static final int COPY = 4;

  /** R_RISCV_JUMP_SLOT: a GOT slot of the procedure linkage table. */
  public static final int JUMP_SLOT = 5;

  /** R_RISCV_IRELATIVE: the result of the resolver at load bias + addend. */
  public static final int IRELATIVE = 58;
}
