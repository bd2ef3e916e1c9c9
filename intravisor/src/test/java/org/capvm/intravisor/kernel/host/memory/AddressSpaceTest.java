package org.capvm.intravisor.kernel.host.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.TextFile;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What mmap and its relatives do to guest memory. */
class AddressSpaceTest {
  private static final int PAGE = Window.PAGE;
  private static final int RW = Region.READ | Region.WRITE;
  private static final int RX = Region.READ | Region.EXECUTE;

  private final List<String> events = new ArrayList<>();
  private final ExecutableMappings listener =
      new ExecutableMappings() {
        @Override
        public void mapped(OpenFile file, long offset, long address, long length) {
          events.add("mapped %s %x %d".formatted(file.name(), offset, length / PAGE));
        }

        @Override
        public void changed(long address, long length) {
          events.add("changed " + length / PAGE);
        }

        @Override
        public void flushed(long start, long end) {}
      };
  private final SharedMemory common = new SharedMemory();
  private final AddressSpace space = new AddressSpace(new Window(64 << 20), listener, common);

  @AfterEach
  void close() {
    space.leave();
  }

  private long map(long length, int protection) {
    return space.map(-1, 0, length, protection, false, null, 0, null);
  }

  private long mapAt(long address, long length, int protection) {
    return space.map(address, 0, length, protection, false, null, 0, null);
  }

  private static TextFile elf(String content) {
    byte[] bytes = new byte[2 * PAGE + 10];
    byte[] text = ("\177ELF" + content).getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(text, 0, bytes, 0, text.length);
    bytes[2 * PAGE] = 'e';
    return new TextFile(0, content, bytes);
  }

  @Test
  void mapsZeroedPagesTopDown() {
    long first = map(100, RW);
    long second = map(PAGE, RW);
    assertEquals(first - PAGE, second);
    assertEquals(0, space.memory().getLong(first));
    space.memory().putLong(first + PAGE - 8, 42);
    assertThrows(MemoryFault.class, () -> space.memory().getLong(first + PAGE));
  }

  @Test
  void honoursPermissions() {
    long page = map(2 * PAGE, RW);
    space.memory().putInt(page, 7);
    assertEquals(0, space.protect(page, PAGE, Region.READ));
    assertEquals(7, space.memory().getInt(page));
    assertThrows(MemoryFault.class, () -> space.memory().putInt(page, 8));
    assertThrows(MemoryFault.class, () -> space.memory().putLong(page + PAGE - 4, 8));
    space.memory().putInt(page + PAGE, 8);
    assertEquals(Errno.ENOMEM, space.protect(page, 64 * PAGE, RW));
    assertEquals(Errno.EINVAL, space.protect(page + 1, PAGE, RW));
  }

  @Test
  void unmappedPagesReadAsZeroAgain() {
    long page = map(3 * PAGE, RW);
    space.memory().putInt(page + PAGE, 7);
    assertEquals(0, space.unmap(page + PAGE, PAGE));
    assertThrows(MemoryFault.class, () -> space.memory().getInt(page + PAGE));
    assertEquals(page + PAGE, mapAt(page + PAGE, PAGE, RW));
    assertEquals(0, space.memory().getInt(page + PAGE));
    assertEquals(3 * PAGE, space.mappedBytes());
  }

  @Test
  void fixedMappingsReplace() {
    long page = map(3 * PAGE, RW);
    space.memory().putInt(page + PAGE, 7);
    assertEquals(page + PAGE, mapAt(page + PAGE, PAGE, Region.READ));
    assertEquals(0, space.memory().getInt(page + PAGE));
    assertEquals(3, space.regions().size());
    assertEquals(Errno.ENOMEM, mapAt(0, PAGE, RW));
    assertEquals(Errno.ENOMEM, mapAt(64 << 20, PAGE, RW));
    assertEquals(Errno.ENOMEM, map(64 << 20, RW));
    assertEquals(Errno.EINVAL, map(-1, RW));
  }

  @Test
  void discardedPagesReadAsZero() {
    long page = map(2 * PAGE, RW);
    space.memory().putInt(page, 7);
    assertEquals(0, space.discard(page, PAGE));
    assertEquals(0, space.memory().getInt(page));
    assertEquals(Errno.ENOMEM, space.discard(page, 64 * PAGE));
  }

  @Test
  void heapGrowsAndShrinks() {
    space.setHeap(0x100000);
    long start = space.setHeapEnd(0);
    assertEquals(start + 100, space.setHeapEnd(start + 100));
    space.memory().putInt(start, 7);
    assertEquals(start + 3 * PAGE, space.setHeapEnd(start + 3 * PAGE));
    assertEquals(7, space.memory().getInt(start));
    assertEquals(start, space.setHeapEnd(start));
    assertThrows(MemoryFault.class, () -> space.memory().getInt(start));
    mapAt(start + 4 * PAGE, PAGE, RW);
    assertEquals(start, space.setHeapEnd(start + 8 * PAGE));
  }

  @Test
  void remapsInPlaceOrElsewhere() {
    long page = map(2 * PAGE, RW);
    space.memory().putInt(page + PAGE, 7);
    assertEquals(page, space.remap(page, 2 * PAGE, PAGE, false, -1));
    assertEquals(page, space.remap(page, PAGE, 2 * PAGE, false, -1));
    assertEquals(0, space.memory().getInt(page + PAGE));
    space.memory().putInt(page, 9);
    mapAt(page + 2 * PAGE, PAGE, RW);
    assertEquals(Errno.ENOMEM, space.remap(page, 2 * PAGE, 4 * PAGE, false, -1));
    long moved = space.remap(page, 2 * PAGE, 4 * PAGE, true, -1);
    assertNotEquals(page, moved);
    assertEquals(9, space.memory().getInt(moved));
    space.memory().putInt(moved + 3 * PAGE, 1);
    assertThrows(MemoryFault.class, () -> space.memory().getInt(page));
    assertEquals(Errno.EFAULT, space.remap(page, PAGE, 2 * PAGE, true, -1));
  }

  @Test
  void elfFilesHaveAddressesOfTheirOwn() {
    TextFile file = elf("first");
    long address = space.map(-1, 0, 3 * PAGE, RX, false, file, 0, null);
    AddressSpace other = new AddressSpace(new Window(64 << 20), ExecutableMappings.NONE, common);
    other.map(-1, 0, 3 * PAGE, RX, false, elf("second"), 0, null);
    other.map(-1, 0, PAGE, RW, false, null, 0, null);
    assertEquals(address, other.map(-1, 0, 3 * PAGE, RX, false, elf("first"), 0, null));
    other.leave();
    assertEquals(0x464c457f, space.memory().getInt(address));
    assertEquals('e', space.memory().getByte(address + 2 * PAGE));
    assertEquals(0, space.memory().getByte(address + 2 * PAGE + 10));
  }

  @Test
  void tellsOfExecutableMappings() {
    TextFile file = elf("code");
    long address = space.map(-1, 0, 2 * PAGE, RX, false, file, 0, null);
    mapAt(address + PAGE, PAGE, RW);
    space.protect(address, PAGE, Region.READ);
    space.protect(address, PAGE, RX);
    space.unmap(address, 2 * PAGE);
    assertEquals(
        Arrays.asList(
            "changed 2",
            "mapped code 0 2",
            "changed 1",
            "changed 1",
            "changed 1",
            "mapped code 0 1",
            "changed 1"),
        events);
  }

  @Test
  void filesStayOpenWhileTheyAreMapped() {
    boolean[] closed = new boolean[1];
    TextFile file =
        new TextFile(0, "file", new byte[PAGE]) {
          @Override
          protected void close() {
            closed[0] = true;
          }
        };
    long address = space.map(-1, 0, 4 * PAGE, Region.READ, false, file, 0, null);
    file.release();
    space.unmap(address + PAGE, PAGE);
    space.protect(address + 2 * PAGE, PAGE, RW);
    space.unmap(address, PAGE);
    assertTrue(!closed[0]);
    space.unmap(address, 4 * PAGE);
    assertTrue(closed[0]);
  }
}
