package org.capvm.translator.discover;

import java.util.Optional;

/**
 * A stub of the procedure linkage table: AUIPC t3; LD t3; JALR t1, t3; NOP (RISC-V ELF psABI,
 * "Program Linkage Table").
 *
 * @param entry address of the stub
 * @param slot address of the GOT slot that holds its target
 * @param symbol name of the function that the slot's relocation asks for
 */
public record PltStub(long entry, long slot, Optional<String> symbol) {}
