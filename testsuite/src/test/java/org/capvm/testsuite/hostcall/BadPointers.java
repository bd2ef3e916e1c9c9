package org.capvm.testsuite.hostcall;

import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.authority.RootCapabilities;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.ObjectType;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.memory.Window;

/** Pointers that must lead nowhere. */
final class BadPointers {
  private static final int SEALED = 42;

  /** One of them, with what is wrong about it. */
  record Bad(String what, Capability pointer) {}

  /**
   * What a pointer is for.
   *
   * @param size bytes that are accessed
   * @param permissions that the access needs
   * @param optional whether 0 is no pointer
   * @param aligned whether it must be a multiple of 16
   * @param text whether it ends where its bytes say so, so that a part of it is good, too
   */
  record Purpose(int size, int permissions, boolean optional, boolean aligned, boolean text) {
    Purpose(int size, int permissions) {
      this(size, permissions, false, false, false);
    }

    Purpose asOptional(boolean is) {
      return new Purpose(size, permissions, is, aligned, text);
    }

    Purpose asAligned() {
      return new Purpose(size, permissions, optional, true, text);
    }

    Purpose asText() {
      return new Purpose(size, permissions, optional, aligned, true);
    }

    boolean writes() {
      return (permissions & Permissions.STORE) != 0;
    }
  }

  /**
   * What is to be reached.
   *
   * @param hostAddresses of the neighbour, and of the Intravisor
   * @param forReading a view that may only be read
   * @param revoked one that was taken back
   * @param neighbours one of the neighbour
   */
  record Targets(
      List<Long> hostAddresses, Capability forReading, Capability revoked, Capability neighbours) {}

  private final Window window;
  private final Targets targets;
  private final boolean pure;

  /**
   * @param window of the attacker
   * @param pure whether its pointers are capabilities
   */
  BadPointers(Window window, Targets targets, boolean pure) {
    this.window = window;
    this.targets = targets;
    this.pure = pure;
  }

  private Capability data() {
    return RootCapabilities.data(Dialect.XCHERI_V9, window.size());
  }

  /** A good pointer to a place. */
  Capability good(long place, int size) {
    return pure ? data().withAddress(place).withLength(size) : Capability.integer(place);
  }

  /**
   * All of them, for an access that is good at a place.
   *
   * @param place aligned to 16
   */
  List<Bad> all(Purpose purpose, long place) {
    List<Bad> all = new ArrayList<>();
    for (long address : addresses(purpose)) {
      Capability pointer = pure ? data().withAddress(address) : Capability.integer(address);
      all.add(new Bad("address 0x" + Long.toHexString(address), pointer));
    }
    if (purpose.aligned()) {
      for (int by : new int[] {1, 8, 15}) {
        Capability whole = pure ? data().withAddress(place) : Capability.integer(place);
        all.add(new Bad("misaligned by " + by, whole.plus(by)));
      }
    }
    if (pure) {
      addCapabilities(all, purpose, good(place, purpose.size()));
    }
    return all;
  }

  private List<Long> addresses(Purpose purpose) {
    long size = purpose.size();
    long end = window.size();
    List<Long> all = new ArrayList<>();
    for (long host : targets.hostAddresses()) {
      all.add(host);
      all.add(host - window.hostDelta());
      all.add(host - window.hostDelta() - size + 1);
    }
    if (!purpose.optional()) {
      all.add(0L);
    }
    all.add(Window.LOW - size);
    all.add(Window.LOW - 1);
    all.add(end - size + 1);
    all.add(end);
    all.add(end + Window.PAGE);
    all.add(HostcallExecutor.GUARD);
    all.add(HostcallExecutor.GUARD - size + 1);
    all.add(HostcallExecutor.GUARD + Window.PAGE - 1);
    all.add(-1L);
    all.add(-size);
    all.add(-size + 1);
    all.add(Long.MAX_VALUE);
    all.add(Long.MAX_VALUE - size + 1);
    all.add(Long.MIN_VALUE);
    all.add(Long.MIN_VALUE + Window.LOW);
    return all;
  }

  private void addCapabilities(List<Bad> all, Purpose purpose, Capability good) {
    int size = purpose.size();
    Capability whole = data().withAddress(good.address());
    all.add(new Bad("untagged", good.untagged()));
    all.add(new Bad("an integer", Capability.integer(good.address())));
    all.add(new Bad("sealed", good.withType(SEALED)));
    all.add(new Bad("a sentry", good.withType(ObjectType.SENTRY)));
    all.add(new Bad("one byte short", whole.withLength(size - 1)));
    if (!purpose.text()) {
      all.add(new Bad("moved by a byte", whole.withLength(size).plus(1)));
    }
    all.add(new Bad("below its base", whole.withLength(size).plus(-1)));
    all.add(new Bad("of a revoked view", targets.revoked()));
    all.add(new Bad("of the neighbour's view", targets.neighbours()));
    for (int bit = 1; bit <= purpose.permissions(); bit <<= 1) {
      if ((purpose.permissions() & bit) != 0) {
        all.add(
            new Bad(
                "without permission 0x" + Integer.toHexString(bit),
                good.withPermissions(Permissions.ALL & ~bit)));
      }
    }
    if (purpose.writes()) {
      Capability code = RootCapabilities.code(Dialect.XCHERI_V9, window.size(), true);
      all.add(new Bad("to code", code.withAddress(good.address())));
      all.add(new Bad("of a view for reading", targets.forReading()));
    }
  }
}
