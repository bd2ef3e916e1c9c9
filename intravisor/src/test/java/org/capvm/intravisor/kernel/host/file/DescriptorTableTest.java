package org.capvm.intravisor.kernel.host.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.junit.jupiter.api.Test;

/** Descriptors refer to counted files. */
class DescriptorTableTest {
  private final DescriptorTable table = new DescriptorTable();

  private static final class Probe extends TextFile {
    boolean closed;

    Probe() {
      super(0, "probe", new byte[0]);
    }

    @Override
    protected void close() {
      assertFalse(closed);
      closed = true;
    }
  }

  @Test
  void givesTheLowestFreeNumber() {
    assertEquals(0, table.add(new Probe(), false));
    assertEquals(1, table.add(new Probe(), false));
    assertEquals(5, table.add(new Probe(), true, 5));
    assertEquals(0, table.close(0));
    assertEquals(0, table.add(new Probe(), false));
    assertEquals(List.of(0, 1, 5), table.inUse());
    assertEquals(1, table.closeOnExec(5));
    table.closeForExec();
    assertEquals(List.of(0, 1), table.inUse());
    assertEquals(Errno.EBADF, table.close(7));
    assertEquals(Errno.EBADF, table.close(-1));
  }

  @Test
  void closesAFileWithItsLastReference() {
    Probe file = new Probe();
    table.add(file, false);
    OpenFile used = table.acquire(0);
    table.close(0);
    assertFalse(file.closed);
    used.release();
    assertTrue(file.closed);
    assertFalse(file.retain());
  }

  @Test
  void copiesShareFiles() {
    Probe file = new Probe();
    table.add(file, false);
    DescriptorTable copy = table.copy();
    table.closeAll();
    assertFalse(file.closed);
    copy.closeAll();
    assertTrue(file.closed);
  }

  @Test
  void isBounded() {
    for (int i = 0; i < DescriptorTable.LIMIT; i++) {
      table.add(new Probe(), false);
    }
    Probe refused = new Probe();
    assertEquals(Errno.EMFILE, table.add(refused, false));
    assertTrue(refused.closed);
  }
}
