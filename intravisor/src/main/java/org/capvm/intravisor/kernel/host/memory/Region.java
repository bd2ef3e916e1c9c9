package org.capvm.intravisor.kernel.host.memory;

import java.util.Objects;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.SharedPages;

/**
 * A range of pages that were mapped in one way.
 *
 * @param start first guest address, page-aligned
 * @param end behind the last byte, page-aligned
 * @param protection PROT_READ 1, PROT_WRITE 2, PROT_EXEC 4
 * @param shared MAP_SHARED
 * @param file what it shows, of which the region holds a reference; null for anonymous memory
 * @param offset of the first byte in the file
 * @param object the pages it shows, for shared mappings; the offset is then one in the object
 * @param label what /proc/self/maps shows for anonymous memory, such as {@code [heap]}, or null
 */
public record Region(
    long start,
    long end,
    int protection,
    boolean shared,
    OpenFile file,
    long offset,
    SharedPages object,
    String label) {
  public static final int READ = 1;
  public static final int WRITE = 2;
  public static final int EXECUTE = 4;

  long length() {
    return end - start;
  }

  boolean executable() {
    return (protection & EXECUTE) != 0;
  }

  /** The part that lies in a range, which overlaps this one. */
  Region part(long from, long to) {
    long first = Math.max(start, from);
    return new Region(
        first,
        Math.min(end, to),
        protection,
        shared,
        file,
        hasOffset() ? offset + (first - start) : 0,
        object,
        label);
  }

  Region withProtection(int changed) {
    return new Region(start, end, changed, shared, file, offset, object, label);
  }

  Region showing(SharedPages shown) {
    return new Region(start, end, protection, shared, file, offset, shown, label);
  }

  /** The same pages at another address and with another length. */
  Region movedTo(long address, long length) {
    return new Region(address, address + length, protection, shared, file, offset, object, label);
  }

  /** Whether another region continues this one in every respect. */
  boolean continues(Region next) {
    return end == next.start
        && protection == next.protection
        && shared == next.shared
        && file == next.file
        && object == next.object
        && Objects.equals(label, next.label)
        && (!hasOffset() || offset + length() == next.offset);
  }

  private boolean hasOffset() {
    return file != null || object != null;
  }

  /** The name that /proc/self/maps shows. */
  public String name() {
    return file != null ? file.name() : label == null ? "" : label;
  }

  /** The permissions as /proc/self/maps shows them. */
  public String permissions() {
    return ((protection & READ) != 0 ? "r" : "-")
        + ((protection & WRITE) != 0 ? "w" : "-")
        + ((protection & EXECUTE) != 0 ? "x" : "-")
        + (shared ? "s" : "p");
  }
}
