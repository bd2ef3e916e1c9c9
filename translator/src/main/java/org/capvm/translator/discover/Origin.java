package org.capvm.translator.discover;

/** How the start of a function was found, the most trustworthy evidence first. */
public enum Origin {
  /** A frame description of the unwind table starts there. */
  UNWIND_TABLE,
  /** A function symbol. */
  SYMBOL,
  /** The ELF header's entry point. */
  ENTRY_POINT,
  /** An initialiser or finaliser: DT_INIT, DT_FINI and their arrays. */
  INITIALISER,
  /** A direct call goes there. */
  CALL,
  /** A direct jump out of another function goes there. */
  TAIL_CALL,
  /** Code computes the address. */
  ADDRESS_TAKEN,
  /** A relocation or a word of data holds the address. */
  POINTER,
  /** The first instruction of a range that nothing else reaches. */
  GAP,
  /** Asked for at run time. */
  ON_DEMAND
}
