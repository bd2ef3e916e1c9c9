package org.capvm.testsuite.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.capvm.testsuite.assembler.Assembler.Label;

/** The jump tables of a program, in a segment of their own. */
final class JumpTables {
  private record Table(long address, boolean relative, List<Label> targets) {}

  private final List<Table> tables = new ArrayList<>();
  private long end = Layout.TABLES;

  /**
   * Adds a table and returns its address.
   *
   * @param relative 32-bit offsets from the table rather than 64-bit addresses
   */
  long add(boolean relative, List<Label> targets) {
    long address = end;
    tables.add(new Table(address, relative, targets));
    end += 8L * targets.size();
    return address;
  }

  byte[] bytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate((int) (end - Layout.TABLES)).order(ByteOrder.LITTLE_ENDIAN);
    for (Table table : tables) {
      bytes.position((int) (table.address() - Layout.TABLES));
      for (Label target : table.targets()) {
        if (table.relative()) {
          bytes.putInt((int) (target.address() - table.address()));
        } else {
          bytes.putLong(target.address());
        }
      }
    }
    return bytes.array();
  }
}
