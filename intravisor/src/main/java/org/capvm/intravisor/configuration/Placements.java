package org.capvm.intravisor.configuration;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.capvm.intravisor.cvm.Placement;
import org.capvm.runtime.capability.CompressedBounds;
import org.capvm.runtime.memory.Window;

/**
 * Where nested cVMs lie in the window that they share: as {@code isolation} says, or, where it says
 * nothing, each cVM's own memory first and those that are nested in it one behind the other.
 */
final class Placements {
  /** cVMs that can share a window. */
  private static final int MOST = 64;

  private final Map<String, CvmPlan> cvms;
  private final Map<String, NestingKeys> keys;
  private final Nesting nesting;
  private final Map<String, Placement> placed = new HashMap<>();

  private Placements(Map<String, CvmPlan> cvms, Map<String, NestingKeys> keys, Nesting nesting) {
    this.cvms = cvms;
    this.keys = keys;
    this.nesting = nesting;
  }

  /**
   * Places all that are nested in others or have others nested in them.
   *
   * @throws ConfigurationException when ranges overlap, or are not within those around them
   */
  static Map<String, Placement> of(
      Map<String, CvmPlan> cvms, Map<String, NestingKeys> keys, Nesting nesting)
      throws ConfigurationException {
    Placements placements = new Placements(cvms, keys, nesting);
    placements.checkDisjoint();
    for (String root : nesting.outermost()) {
      List<String> tree = nesting.tree(root);
      if (tree.size() > MOST) {
        throw placements.wrong(root, "%d cVMs can share a window".formatted(MOST));
      }
      if (tree.stream().anyMatch(name -> keys.get(name).isolation().isPresent())) {
        placements.placeIsolated(tree);
      } else {
        placements.placeInOrder(tree);
      }
    }
    return placements.placed;
  }

  private ConfigurationException wrong(String name, String message) {
    return keys.get(name).cvm().wrong(message);
  }

  /** No two cVMs have the same memory, whether they are nested or not. */
  private void checkDisjoint() throws ConfigurationException {
    List<String> names = List.copyOf(cvms.keySet());
    for (int i = 0; i < names.size(); i++) {
      Isolation a = keys.get(names.get(i)).isolation().orElse(null);
      for (int j = 0; a != null && j < i; j++) {
        Isolation b = keys.get(names.get(j)).isolation().orElse(null);
        if (b != null && a.base() < b.last() && b.base() < a.last()) {
          throw new ConfigurationException(
              "%s: the memory of cVM '%s' overlaps that of '%s'"
                  .formatted(a.place(), names.get(i), names.get(j)));
        }
      }
    }
  }

  private void placeIsolated(List<String> tree) throws ConfigurationException {
    for (String name : tree) {
      if (keys.get(name).isolation().isEmpty()) {
        throw wrong(
            name, "cVM '%s' has no 'isolation', as one that it shares memory with".formatted(name));
      }
    }
    long origin = isolation(tree.getFirst()).begin();
    long window = isolation(tree.getFirst()).end() - origin;
    for (String name : tree) {
      Isolation own = isolation(name);
      checkBounds(name, own);
      if (!own.isExact(origin)) {
        throw new ConfigurationException(
            "%s: capabilities cannot have the bounds 0x%s to 0x%s exactly: align them to 0x%s"
                .formatted(
                    own.place(),
                    Isolation.hex(own.begin()),
                    Isolation.hex(own.end()),
                    Isolation.hex(-CompressedBounds.alignmentMask(own.end() - own.begin()))));
      }
      put(
          tree,
          name,
          window,
          own.base() - origin,
          own.size(),
          own.begin() - origin,
          own.end() - origin);
    }
  }

  private Isolation isolation(String name) {
    return keys.get(name).isolation().orElseThrow();
  }

  /** A nested cVM's bounds lie in those around it, and in nobody else's memory or bounds. */
  private void checkBounds(String name, Isolation own) throws ConfigurationException {
    String outer = nesting.outer(name);
    if (outer == null) {
      return;
    }
    Isolation around = isolation(outer);
    if (own.begin() < around.begin() || own.end() > around.end()) {
      throw new ConfigurationException(
          "%s: cVM '%s' is not within begin 0x%s and end 0x%s of '%s'"
              .formatted(
                  own.place(),
                  name,
                  Isolation.hex(around.begin()),
                  Isolation.hex(around.end()),
                  outer));
    }
    if (own.begin() < around.last() && around.base() < own.end()) {
      throw new ConfigurationException(
          "%s: the bounds of cVM '%s' overlap the memory of '%s'"
              .formatted(own.place(), name, outer));
    }
    for (String sibling : nesting.inner(outer)) {
      Isolation other = isolation(sibling);
      if (!sibling.equals(name) && own.begin() < other.end() && other.begin() < own.end()) {
        throw new ConfigurationException(
            "%s: the bounds of cVM '%s' overlap those of '%s'"
                .formatted(own.place(), name, sibling));
      }
    }
  }

  private void placeInOrder(List<String> tree) throws ConfigurationException {
    String root = tree.getFirst();
    long window = length(root);
    placeAt(tree, root, window, 0);
  }

  /** Puts a cVM, with what is nested in it, to an address that its length allows. */
  private void placeAt(List<String> tree, String name, long window, long low)
      throws ConfigurationException {
    long own = cvms.get(name).options().memory();
    put(tree, name, window, low, own, low, low + length(name));
    long next = low + own;
    for (String inner : nesting.inner(name)) {
      next = aligned(next, length(inner));
      placeAt(tree, inner, window, next);
      next += length(inner);
    }
  }

  /** Bytes of a cVM with all that is nested in it, which bounds can be exactly. */
  private long length(String name) {
    long length = cvms.get(name).options().memory();
    for (String inner : nesting.inner(name)) {
      length = aligned(length, length(inner)) + length(inner);
    }
    return CompressedBounds.roundedLength(Math.ceilDiv(length, Window.LOW) * Window.LOW);
  }

  private static long aligned(long address, long length) {
    long alignment = Math.max(Window.LOW, -CompressedBounds.alignmentMask(length));
    return Math.ceilDiv(address, alignment) * alignment;
  }

  private void put(
      List<String> tree, String name, long window, long start, long size, long low, long high)
      throws ConfigurationException {
    Placement placement =
        new Placement(
            window,
            tree.indexOf(name),
            start,
            size,
            low,
            high,
            Optional.ofNullable(nesting.outer(name)),
            Set.copyOf(nesting.inner(name)));
    placed.put(name, placement);
  }
}
