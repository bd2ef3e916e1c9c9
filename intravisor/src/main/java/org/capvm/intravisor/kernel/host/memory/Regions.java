package org.capvm.intravisor.kernel.host.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The regions of an address space by address; they never overlap. */
final class Regions {
  private static final int LIMIT = 65530;

  private final TreeMap<Long, Region> byStart = new TreeMap<>();
  private long bytes;
  private long mostBytes;

  /** Whether there are as many regions as Linux allows (vm.max_map_count). */
  boolean isFull() {
    return byStart.size() >= LIMIT;
  }

  /** Bytes that are mapped now. */
  long bytes() {
    return bytes;
  }

  /** The largest number of bytes that were mapped at a time. */
  long mostBytes() {
    return mostBytes;
  }

  /** The region that holds an address, or null. */
  Region at(long address) {
    Map.Entry<Long, Region> entry = byStart.floorEntry(address);
    return entry != null && address < entry.getValue().end() ? entry.getValue() : null;
  }

  /** The parts of all regions that lie in a range, ascending; none of a range that overflows. */
  List<Region> in(long from, long to) {
    List<Region> parts = new ArrayList<>();
    if (to <= from) {
      return parts;
    }
    Region first = at(from);
    long start = first != null ? first.start() : from;
    for (Region region : byStart.subMap(start, to).values()) {
      parts.add(region.part(from, to));
    }
    return parts;
  }

  List<Region> all() {
    return List.copyOf(byStart.values());
  }

  boolean isFree(long from, long to) {
    Region first = at(from);
    return first == null && byStart.subMap(from, to).isEmpty();
  }

  /** Whether every page of a range is mapped. */
  boolean isCovered(long from, long to) {
    long next = from;
    for (Region part : in(from, to)) {
      if (part.start() != next) {
        return false;
      }
      next = part.end();
    }
    return next >= to;
  }

  /** Adds a region in free space, taking a reference of its file. */
  void add(Region region) {
    if (region.file() != null) {
      region.file().retain();
    }
    bytes += region.length();
    mostBytes = Math.max(mostBytes, bytes);
    Map.Entry<Long, Region> before = byStart.lowerEntry(region.start());
    Region merged = region;
    if (before != null && before.getValue().continues(region)) {
      Region b = before.getValue();
      merged = b.movedTo(b.start(), region.end() - b.start());
      releaseFile(region);
    }
    byStart.put(merged.start(), merged);
  }

  /** Takes a range out and returns the parts that were there; their files lose a reference. */
  List<Region> remove(long from, long to) {
    List<Region> parts = in(from, to);
    for (Region part : parts) {
      Region whole = at(part.start());
      bytes -= part.length();
      byStart.remove(whole.start());
      if (whole.start() < part.start()) {
        put(whole.part(whole.start(), part.start()));
      }
      if (part.end() < whole.end()) {
        put(whole.part(part.end(), whole.end()));
      }
      releaseFile(whole);
    }
    return parts;
  }

  private void put(Region region) {
    if (region.file() != null) {
      region.file().retain();
    }
    byStart.put(region.start(), region);
  }

  private static void releaseFile(Region region) {
    if (region.file() != null) {
      region.file().release();
    }
  }

  /** Takes everything out. */
  void clear() {
    byStart.values().forEach(Regions::releaseFile);
    byStart.clear();
  }

  /**
   * The highest free range of a length between two bounds, or -1.
   *
   * @param alignment a power of two
   */
  long highestFree(long low, long high, long length, long alignment) {
    long top = high;
    while (top - length >= low) {
      long candidate = (top - length) & -alignment;
      if (candidate < low) {
        return -1;
      }
      Map.Entry<Long, Region> below = byStart.lowerEntry(top);
      if (below == null || below.getValue().end() <= candidate) {
        return candidate;
      }
      top = below.getKey();
    }
    return -1;
  }
}
