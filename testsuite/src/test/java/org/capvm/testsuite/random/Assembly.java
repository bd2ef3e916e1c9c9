package org.capvm.testsuite.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.capvm.runtime.isa.Decoder;

/**
 * A random program as memory contents; execution starts at {@link Layout#TEXT}.
 *
 * @param text machine code
 * @param tables jump tables, read only
 * @param functionTable the functions' addresses, in writable memory
 */
record Assembly(byte[] text, byte[] tables, byte[] buffer, byte[] functionTable) {

  /** How many instructions it has. */
  int instructions() {
    int count = 0;
    for (int at = 0; at < text.length; at += Decoder.length(text[at] & 0xff)) {
      count++;
    }
    return count;
  }

  /** Everything writable from {@link Layout#BUFFER} to the end of the function table. */
  byte[] data() {
    byte[] data = new byte[(int) (Layout.FUNCTION_TABLE - Layout.BUFFER) + functionTable.length];
    System.arraycopy(buffer, 0, data, 0, buffer.length);
    System.arraycopy(
        functionTable,
        0,
        data,
        (int) (Layout.FUNCTION_TABLE - Layout.BUFFER),
        functionTable.length);
    return data;
  }

  /** A static executable that Linux and qemu-riscv64 run. */
  byte[] elf() {
    byte[] data = data();
    int headers = 64 + 3 * 56;
    int textAt = align(headers);
    int tablesAt = align(textAt + text.length);
    int dataAt = align(tablesAt + tables.length);
    ByteBuffer elf = ByteBuffer.allocate(dataAt + data.length).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    // ET_EXEC, EM_RISCV; flags: compressed, double-float ABI; no sections.
    elf.putShort((short) 2).putShort((short) 243).putInt(1);
    elf.putLong(Layout.TEXT).putLong(64).putLong(0);
    elf.putInt(5).putShort((short) 64).putShort((short) 56).putShort((short) 3);
    elf.putShort((short) 64).putShort((short) 0).putShort((short) 0);
    segment(elf, 5, textAt, Layout.TEXT, text.length, text.length);
    segment(elf, 4, tablesAt, Layout.TABLES, tables.length, tables.length);
    segment(elf, 6, dataAt, Layout.BUFFER, data.length, Layout.STACK_TOP - Layout.BUFFER);
    elf.put(textAt, text).put(tablesAt, tables).put(dataAt, data);
    return elf.array();
  }

  private static void segment(
      ByteBuffer elf, int flags, long offset, long address, long fileSize, long memorySize) {
    elf.putInt(1).putInt(flags).putLong(offset).putLong(address).putLong(address);
    elf.putLong(fileSize).putLong(memorySize).putLong(4096);
  }

  private static int align(int offset) {
    return (offset + 4095) & -4096;
  }
}
