package org.capvm.intravisor.kernel.host.file;

import java.util.function.BooleanSupplier;
import org.capvm.runtime.memory.Window;

/**
 * Pages that several mappings show: anonymous memory, the pages of a file, or a buffer that cVMs
 * share. Results are 0 or negative errors; all bounds are multiples of {@link Window#PAGE}.
 */
public interface SharedPages {
  /** A number that no other pages and no address space of the cVM have. */
  long id();

  /**
   * Shows pages in a window.
   *
   * @param offset of the first byte in the pages
   * @param file that the mapping is of, or null
   */
  long map(Window window, long address, long length, long offset, OpenFile file);

  /** A mapping, or a part of one, is gone. */
  void unmap(Window window, long address, long length, long offset, OpenFile file);

  /** Writes changed pages to the file where they come from. */
  void store(OpenFile file, long offset, long length);

  /** Whether the contents were taken away: pages that still are mapped may not be accessed. */
  default boolean isRevoked() {
    return false;
  }

  /**
   * Who waits for words of pages that other cVMs show, too; null where nobody but this cVM does.
   */
  default WordWaits wordWaits() {
    return null;
  }

  /** Waits for words, as futex(2) has them. Offsets are those in the pages. */
  interface WordWaits {
    /**
     * Waits while a word has a value.
     *
     * @param deadline of {@link System#nanoTime}, {@link Long#MAX_VALUE} for none
     * @param interrupted whether the wait must end; whoever makes it true unparks the thread
     * @return 0 after a wake-up, EAGAIN when it has another value, ETIMEDOUT, EFAULT when the pages
     *     were taken away, or RESTART when interrupted
     */
    long await(long offset, int expected, long deadline, BooleanSupplier interrupted);

    /** Wakes those that wait, at most so many; how many. */
    long wake(long offset, int most);
  }

  /**
   * Whether who maps them must not write to them, whoever executes its code: to file permissions,
   * unchecked code keeps only where nobody else is harmed.
   */
  default boolean isReadOnly() {
    return false;
  }
}
