package org.capvm.translator.analyse;

/** Basic blocks by number, and where control goes from each. */
interface ControlFlow {
  /** Number of blocks. */
  int size();

  /** The block that control enters at. */
  int entry();

  /** Blocks of this code that control may go to from a block. */
  int[] successors(int b);
}
