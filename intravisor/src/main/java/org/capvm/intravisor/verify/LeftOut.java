package org.capvm.intravisor.verify;

import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Instruction;

/** The cases that a hart of user mode cannot run, each with the reason. */
enum LeftOut {
  MMU("a cVM has no page tables: cases of capability bits in page table entries"),
  PRIVILEGED_RETURN("MRET and SRET are privileged: illegal in user mode"),
  FENCE_OF_TRANSLATIONS("SFENCE.VMA is privileged: illegal in user mode"),
  PRIVILEGED_SPECIAL_REGISTER(
      "CSpecialRW of supervisor and machine registers: illegal in user mode"),
  PRIVILEGED_CSR("CSRs of supervisor and machine mode: illegal in user mode");

  /** The lowest number of a special capability register above user mode. */
  private static final int PRIVILEGED_SPECIALS = 8;

  private final String reason;

  LeftOut(String reason) {
    this.reason = reason;
  }

  String reason() {
    return reason;
  }

  /** Why a case is left out, or null: it is not. */
  static LeftOut of(VectorCase c) {
    switch (c.label()) {
      case "sret", "mret_noasr" -> {
        return PRIVILEGED_RETURN;
      }
      case "sfence.vma" -> {
        return FENCE_OF_TRANSLATIONS;
      }
      default -> {
        if (c.label().startsWith("mmu.")) {
          return MMU;
        }
      }
    }
    Instruction i = c.instruction(0);
    if (i.opcode().family() == Family.CAPABILITY_SPECIAL && i.rs2() >= PRIVILEGED_SPECIALS) {
      return PRIVILEGED_SPECIAL_REGISTER;
    }
    // Bits 9 and 8 of a CSR's number are the lowest mode that may access it.
    if (i.opcode().family() == Family.CSR && (i.immediate() >>> 8 & 3) != 0) {
      return PRIVILEGED_CSR;
    }
    return null;
  }
}
