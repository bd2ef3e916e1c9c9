package org.capvm.testsuite.random;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.TagTable;
import org.capvm.runtime.memory.Window;

/** Tagged capabilities in the memory that a random program stores to. */
final class PlantedTags {
  private static final int GRANULES = Layout.BUFFER_SIZE / TagTable.GRANULE;
  private static final long STACK_START = Layout.STACK_TOP - Layout.BUFFER_SIZE;

  private final Window window;
  private final List<Long> places = new ArrayList<>();

  /**
   * Plants them in a third of the granules of the scratch buffer, of the top of the stack, or of
   * both: pages that hold tags, and pages that do not.
   */
  PlantedTags(Window window, long seed) {
    this.window = window;
    Random random = new Random(seed);
    int where = 1 + random.nextInt(3);
    for (int n = 0; n < GRANULES; n++) {
      if ((where & 1) != 0 && random.nextInt(3) == 0) {
        plant(Layout.BUFFER + n * (long) TagTable.GRANULE);
      }
      if ((where & 2) != 0 && random.nextInt(3) == 0) {
        plant(STACK_START + n * (long) TagTable.GRANULE);
      }
    }
  }

  private static Capability capability(long address) {
    return Capability.ROOT.withAddress(address);
  }

  private void plant(long address) {
    window.tags().store(address, capability(address));
    places.add(address);
  }

  /**
   * Which of them no store has cleared: 1 for each. The old bits are written back first, past the
   * tags, because a load of a capability would notice most stores by the bits alone.
   */
  byte[] left() {
    byte[] left = new byte[places.size()];
    for (int n = 0; n < left.length; n++) {
      long address = places.get(n);
      Capability planted = capability(address);
      Memory.storeLong(window, address, planted.address());
      Memory.storeLong(window, address + Long.BYTES, planted.metadataWord());
      left[n] = (byte) (window.tags().isTagged(address) ? 1 : 0);
    }
    return left;
  }
}
