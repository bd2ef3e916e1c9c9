package org.capvm.intravisor.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.Disk;

/**
 * A file of the host as a block device. It is locked while it is open, so that nobody else, of this
 * process or another one that looks for locks, writes it meanwhile; many may read.
 */
public final class DiskImage implements AutoCloseable {
  /** Bytes of a sector, of which there are whole ones only. */
  public static final int SECTOR = 512;

  private static final LockedFiles FILES = new LockedFiles();

  private final FileChannel channel;
  private final boolean writable;
  private final long size;

  private DiskImage(FileChannel channel, boolean writable, long size) {
    this.channel = channel;
    this.writable = writable;
    this.size = size;
  }

  /**
   * Opens and locks an image.
   *
   * @throws CvmException when it is not there, is no image, or somebody else has it
   */
  public static DiskImage open(Disk disk) throws CvmException {
    Path file = disk.file();
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new CvmException("disk " + file + " is not a regular file");
    }
    try {
      FileChannel channel = FILES.open(file, disk.writable());
      if (channel == null) {
        throw new CvmException("disk " + file + " is in use by another cVM");
      }
      long size = channel.size();
      if (size == 0 || size % SECTOR != 0) {
        FILES.close(channel);
        throw new CvmException(
            "disk %s has %d bytes, which are no whole sectors of %d".formatted(file, size, SECTOR));
      }
      return new DiskImage(channel, disk.writable(), size);
    } catch (NoSuchFileException e) {
      throw new CvmException("disk " + file + " does not exist", e);
    } catch (IOException e) {
      throw new CvmException("disk " + file + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /** In bytes. */
  public long size() {
    return size;
  }

  public boolean isWritable() {
    return writable;
  }

  /**
   * Fills a buffer.
   *
   * @param offset in bytes
   * @throws IOException when the host cannot read, or the file has become shorter
   */
  public void read(ByteBuffer target, long offset) throws IOException {
    for (long at = offset; target.hasRemaining(); ) {
      int n = channel.read(target, at);
      if (n < 0) {
        throw new IOException("the image has become shorter");
      }
      at += n;
    }
  }

  /**
   * Writes a buffer.
   *
   * @param offset in bytes
   * @throws IOException when the host cannot write, as when its disk is full
   */
  public void write(ByteBuffer source, long offset) throws IOException {
    for (long at = offset; source.hasRemaining(); ) {
      at += channel.write(source, at);
    }
  }

  /** Returns when what was written is on the host's disk. */
  public void flush() throws IOException {
    channel.force(false);
  }

  @Override
  public void close() {
    FILES.close(channel);
  }
}
