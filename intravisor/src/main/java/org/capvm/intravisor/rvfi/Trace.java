package org.capvm.intravisor.rvfi;

/**
 * What one instruction did, in the terms of RVFI.
 *
 * @param order number of the instruction since the reset, from 1
 * @param bits the instruction, 16 or 32 bits
 * @param trap whether it raised an exception; registers and memory are then as before
 * @param intr whether it is the first one of a trap handler
 * @param pc its address
 * @param nextPc address of the next instruction
 * @param registers which it read and wrote
 * @param memory what it accessed
 */
record Trace(
    long order,
    long bits,
    boolean trap,
    boolean intr,
    long pc,
    long nextPc,
    Registers registers,
    Memory memory) {

  /**
   * Integer registers, and the addresses of capability registers. A register that is not read or
   * written is number 0, with value 0.
   */
  record Registers(int rd, long rdValue, int rs1, long rs1Value, int rs2, long rs2Value) {
    static final Registers NONE = new Registers(0, 0, 0, 0, 0, 0);
  }

  /**
   * A memory access, of 16 bytes at most; a size of 0 for none.
   *
   * @param readSize bytes that were read, and what they were, the low half first
   * @param writtenSize bytes that were written, and what they are
   */
  record Memory(
      long address,
      int readSize,
      long readLow,
      long readHigh,
      int writtenSize,
      long writtenLow,
      long writtenHigh) {
    static final Memory NONE = new Memory(0, 0, 0, 0, 0, 0, 0);

    boolean isPresent() {
      return readSize != 0 || writtenSize != 0;
    }
  }
}
