package org.capvm.intravisor.kernel.host.file;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.capvm.intravisor.kernel.host.abi.Errno;

/** A read-only folder that exists only here, such as /proc. */
public class SyntheticFolder extends Folder {
  /** Something with a name in a synthetic folder. */
  public sealed interface Entry {
    /** A folder made when it is entered. */
    record Directory(FileSystem.Mount folder) implements Entry {}

    /** A symbolic link. */
    record Link(String target) implements Entry {}

    /**
     * A file made when it is opened.
     *
     * @param mode type and permissions
     * @param major device number of a device, otherwise 0
     */
    record File(int mode, int major, int minor, Opener opener) implements Entry {}
  }

  /** Opens a file. */
  @FunctionalInterface
  public interface Opener {
    /**
     * @param flags of {@link OpenFlags}
     * @param path what the guest calls it
     */
    Opened open(int flags, String path);
  }

  private final SequencedMap<String, Entry> entries = new TreeMap<>();

  public SyntheticFolder(Folder parent, String name) {
    super(parent, name);
  }

  /** Adds an entry, before the folder is used. */
  public final SyntheticFolder with(String entry, Entry what) {
    entries.put(entry, what);
    return this;
  }

  /** A file whose content is computed when it is opened. */
  public final SyntheticFolder withText(String entry, Supplier<byte[]> content) {
    return with(
        entry,
        new Entry.File(
            FileStatus.REGULAR | 0444,
            0,
            0,
            (flags, path) ->
                (flags & OpenFlags.ACCESS_MODE) == OpenFlags.READ_ONLY
                    ? Opened.of(new TextFile(flags, path, content.get()))
                    : Opened.failed(Errno.EACCES)));
  }

  /** The entry of a name, or null. */
  protected Entry entry(String name) {
    return entries.get(name);
  }

  /** The names of all entries. */
  protected List<String> names() {
    return List.copyOf(entries.keySet());
  }

  @Override
  public Lookup lookup(String name) {
    return switch (entry(name)) {
      case null -> new Lookup.Missing(Errno.ENOENT);
      case Entry.Directory d -> new Lookup.Directory(d.folder().at(this, name));
      case Entry.Link l -> new Lookup.Link(l.target());
      case Entry.File f -> new Lookup.Other();
    };
  }

  @Override
  public long status(String name, FileStatus status) {
    if (name == null) {
      return folderStatus(path(), status);
    }
    switch (entry(name)) {
      case null -> {
        return Errno.ENOENT;
      }
      case Entry.Directory d -> {
        return folderStatus(child(name), status);
      }
      case Entry.Link l -> {
        status.mode = FileStatus.SYMLINK | 0777;
        status.size = l.target().length();
      }
      case Entry.File f -> {
        status.mode =
            (f.mode() & FileStatus.TYPE_MASK) == 0 ? FileStatus.REGULAR | f.mode() : f.mode();
      }
    }
    status.inode = inode(child(name));
    return 0;
  }

  private static long folderStatus(String path, FileStatus status) {
    status.mode = FileStatus.DIRECTORY | 0555;
    status.links = 2;
    status.inode = inode(path);
    return 0;
  }

  private static long inode(String path) {
    return (path.hashCode() & 0xffffffffL) + 1;
  }

  @Override
  public Opened open(String name, int flags, int mode) {
    if (name == null) {
      return directory(this, flags);
    }
    return switch (entry(name)) {
      case null -> Opened.failed((flags & OpenFlags.CREATE) != 0 ? Errno.EROFS : Errno.ENOENT);
      case Entry.Directory d -> {
        Folder folder = d.folder().at(this, name);
        Opened opened = folder.open(null, flags, mode);
        folder.release();
        yield opened;
      }
      case Entry.Link l -> Opened.failed(Errno.ELOOP);
      case Entry.File f ->
          (flags & OpenFlags.DIRECTORY) != 0
              ? Opened.failed(Errno.ENOTDIR)
              : f.opener().open(flags, child(name));
    };
  }

  private static Opened directory(SyntheticFolder folder, int flags) {
    if ((flags & OpenFlags.ACCESS_MODE) != OpenFlags.READ_ONLY) {
      return Opened.failed(Errno.EISDIR);
    }
    folder.retain();
    return Opened.of(new Listing(folder, flags));
  }

  /** An open synthetic folder. */
  private static final class Listing extends OpenFile {
    private static final int DIRENT_HEADER = 19;

    private final SyntheticFolder folder;
    private final List<String> names;
    private int position;

    Listing(SyntheticFolder folder, int flags) {
      super(flags);
      this.folder = folder;
      this.names = folder.names();
    }

    @Override
    protected void close() {
      folder.release();
    }

    @Override
    public Folder folder() {
      return folder;
    }

    @Override
    public String name() {
      return folder.path();
    }

    @Override
    public long read(MemorySegment to) {
      return Errno.EISDIR;
    }

    @Override
    public long status(FileStatus status) {
      return folder.status(null, status);
    }

    @Override
    public synchronized long seek(long offset, int whence) {
      if (whence != 0 || offset < 0) {
        return Errno.EINVAL;
      }
      position = (int) Math.min(offset, Integer.MAX_VALUE);
      return position;
    }

    @Override
    public synchronized long readDirectory(MemorySegment to) {
      long used = 0;
      while (position < names.size() + 2) {
        String name = position == 0 ? "." : position == 1 ? ".." : names.get(position - 2);
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        int length = DIRENT_HEADER + bytes.length + 1 + 7 & ~7;
        if (used + length > to.byteSize()) {
          return used == 0 ? Errno.EINVAL : used;
        }
        FileStatus status = new FileStatus();
        if (position > 1) {
          folder.status(name, status);
        } else {
          status.mode = FileStatus.DIRECTORY;
          status.inode = 1;
        }
        MemorySegment record = to.asSlice(used, length);
        record.fill((byte) 0);
        record.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, status.inode);
        record.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, position + 1);
        record.set(ValueLayout.JAVA_SHORT_UNALIGNED, 16, (short) length);
        record.set(ValueLayout.JAVA_BYTE, 18, (byte) (status.type() >>> 12));
        MemorySegment.copy(bytes, 0, record, ValueLayout.JAVA_BYTE, DIRENT_HEADER, bytes.length);
        used += length;
        position++;
      }
      return used;
    }
  }
}
