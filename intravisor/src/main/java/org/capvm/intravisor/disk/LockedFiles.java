package org.capvm.intravisor.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Files that this process has locked: one for writing by one user, or for reading by many, who
 * share a channel. POSIX gives up all locks of a file when any descriptor of it is closed, so that
 * there must be no second one.
 */
final class LockedFiles {
  private static final class Entry {
    final FileChannel channel;
    final boolean writable;
    int users = 1;

    Entry(FileChannel channel, boolean writable) {
      this.channel = channel;
      this.writable = writable;
    }
  }

  private final Map<Object, Entry> entries = new HashMap<>();

  /**
   * Opens a file that nobody else is to write meanwhile.
   *
   * @return null when somebody has it who does not go with that
   */
  synchronized FileChannel open(Path file, boolean writable) throws IOException {
    Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    Entry entry = entries.get(key);
    if (entry != null) {
      if (writable || entry.writable) {
        return null;
      }
      entry.users++;
      return entry.channel;
    }
    FileChannel channel = FileChannel.open(file, options(writable));
    boolean locked = false;
    try {
      locked = channel.tryLock(0, Long.MAX_VALUE, !writable) != null;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    if (!locked) {
      return null;
    }
    entries.put(key, new Entry(channel, writable));
    return channel;
  }

  private static Set<StandardOpenOption> options(boolean writable) {
    return writable
        ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
        : Set.of(StandardOpenOption.READ);
  }

  /** One user less. */
  synchronized void close(FileChannel channel) {
    entries.values().removeIf(entry -> entry.channel == channel && isUnused(entry));
  }

  private static boolean isUnused(Entry entry) {
    entry.users--;
    if (entry.users > 0) {
      return false;
    }
    try {
      entry.channel.close();
    } catch (IOException e) {
      // Nothing is left to be done with it.
    }
    return true;
  }
}
