package org.capvm.testsuite.assembler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.capvm.runtime.isa.Opcode;

/** Assembles RV64GC machine code with labels. */
public final class Assembler {
  /** A place in the code, known once it was {@linkplain Assembler#bind bound}. */
  public static final class Label {
    private long address = -1;

    /** The address. */
    public long address() {
      if (address < 0) {
        throw new IllegalStateException("the label was never bound");
      }
      return address;
    }
  }

  private record Fixup(int position, Label target, Code code) {}

  private final long origin;
  private byte[] bytes = new byte[4096];
  private int size;
  private final List<Fixup> fixups = new ArrayList<>();

  /**
   * @param origin the address of the first instruction
   */
  public Assembler(long origin) {
    this.origin = origin;
  }

  /** The address of the next instruction. */
  public long here() {
    return origin + size;
  }

  public void bind(Label label) {
    label.address = here();
  }

  /** Appends an instruction. */
  public void add(Code code) {
    OptionalInt half = code.compressed() ? Compressor.compress(code) : OptionalInt.empty();
    if (half.isPresent()) {
      append(half.getAsInt(), 2);
    } else {
      append(Encoder.encode(code), 4);
    }
  }

  public void add(List<Code> codes) {
    codes.forEach(this::add);
  }

  /** A conditional branch; the target within 4 KiB. */
  public void branch(Opcode opcode, int rs1, int rs2, Label target) {
    transfer(Code.branch(opcode, rs1, rs2, 0), target);
  }

  /** {@code jal rd, target}; the target within 1 MiB. */
  public void jump(int rd, Label target) {
    transfer(Code.immediate(Opcode.JAL, rd, 0, 0), target);
  }

  private void transfer(Code code, Label target) {
    fixups.add(new Fixup(size, target, code));
    append(0, 4);
  }

  /** {@code auipc rd; addi rd, rd}: the address of a label. */
  public void address(int rd, Label target) {
    fixups.add(new Fixup(size, target, Code.immediate(Opcode.AUIPC, rd, 0, 0)));
    append(0, 4);
    append(0, 4);
  }

  /** {@code auipc rd; jalr link, rd}: a call or jump of any distance. */
  public void farJump(int link, int rd, Label target) {
    fixups.add(new Fixup(size, target, Code.immediate(Opcode.JALR, link, rd, 0)));
    append(0, 4);
    append(0, 4);
  }

  private void append(int bits, int length) {
    bytes = size + length > bytes.length ? Arrays.copyOf(bytes, 2 * bytes.length) : bytes;
    put(size, bits, length);
    size += length;
  }

  private void put(int position, int bits, int length) {
    for (int i = 0; i < length; i++) {
      bytes[position + i] = (byte) (bits >>> 8 * i);
    }
  }

  /** The machine code, with all labels resolved. */
  public byte[] code() {
    for (Fixup fixup : fixups) {
      long offset = fixup.target().address() - (origin + fixup.position());
      Code code = fixup.code();
      switch (code.opcode()) {
        case AUIPC ->
            putPair(fixup.position(), code.rd(), Opcode.ADDI, code.rd(), code.rd(), offset);
        case JALR ->
            putPair(fixup.position(), code.rs1(), Opcode.JALR, code.rd(), code.rs1(), offset);
        default -> put(fixup.position(), Encoder.encode(code.withImmediate(offset)), 4);
      }
    }
    return Arrays.copyOf(bytes, size);
  }

  private void putPair(int position, int upper, Opcode second, int rd, int rs1, long offset) {
    long low = offset << 52 >> 52;
    put(position, Encoder.encode(Code.immediate(Opcode.AUIPC, upper, 0, offset - low)), 4);
    put(position + 4, Encoder.encode(Code.immediate(second, rd, rs1, low)), 4);
  }
}
