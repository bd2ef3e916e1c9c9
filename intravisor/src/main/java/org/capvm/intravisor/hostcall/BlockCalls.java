package org.capvm.intravisor.hostcall;

import static org.capvm.intravisor.hostcall.Argument.Thing.DISK;
import static org.capvm.intravisor.hostcall.Argument.handle;
import static org.capvm.intravisor.hostcall.Argument.in;
import static org.capvm.intravisor.hostcall.Argument.out;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.disk.DiskImage;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.none.thread.BareThread;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.MemoryFault;

/**
 * The block device. Requests and their results are those of LKL's host operations, which are
 * virtio's: a request has a type and a priority of 4 bytes each, a sector of 8, a pointer to struct
 * iovec, and how many there are (4). Pointers have 16 bytes where the caller is in capability mode.
 */
public final class BlockCalls {
  private static final int A1 = 11;

  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int FLUSH = 4;
  private static final int FLUSH_OUT = 5;

  private static final int OK = 0;
  private static final int IO_ERROR = 1;
  private static final int UNSUPPORTED = 2;

  private static final int SECTOR_OFFSET = 8;
  private static final int LIST_OFFSET = 16;

  /** Bytes of a request whose pointer has 8. */
  private static final int REQUEST = LIST_OFFSET + Long.BYTES + Integer.BYTES;

  /** As Linux has it for readv. */
  private static final int MOST_PARTS = 1024;

  /** Bytes moved at a time; a kill waits for no more than that. */
  private static final int PIECE = 64 << 10;

  private final DiskImage disk;

  private BlockCalls(DiskImage disk) {
    this.disk = disk;
  }

  private record Part(CallerPointer start, long length) {}

  /**
   * Adds the calls.
   *
   * @param disk which has number 0, or null when there is none
   */
  public static void addTo(HostcallTable table, DiskImage disk) {
    BlockCalls calls = new BlockCalls(disk);
    table.add(100, "blk_request", calls::request, handle(DISK), in(REQUEST));
    table.add(101, "blk_get_capacity", calls::capacity, handle(DISK), out(Long.BYTES));
  }

  private boolean isDisk(long number) {
    return disk != null && number == 0;
  }

  /** a0: 0, a1: where the number of bytes goes, 8 bytes; returns 0. */
  private long capacity(Hart h) {
    if (!isDisk(h.x10)) {
      return Errno.ENODEV;
    }
    CallerPointer.of(h, A1).write(MemorySegment.ofArray(new long[] {disk.size()}));
    return 0;
  }

  /** a0: 0, a1: the request; returns 0, 1 (the host or the request failed) or 2 (no such type). */
  private long request(Hart h) {
    if (!isDisk(h.x10)) {
      return Errno.ENODEV;
    }
    CallerPointer request = CallerPointer.of(h, A1);
    int type = request.loadInt(0);
    try {
      return switch (type) {
        case READ, WRITE -> move(h, request, type == READ);
        case FLUSH, FLUSH_OUT -> {
          disk.flush();
          yield OK;
        }
        default -> UNSUPPORTED;
      };
    } catch (IOException e) {
      return IO_ERROR;
    }
  }

  private long move(Hart h, CallerPointer request, boolean reads) throws IOException {
    long sector = request.loadLong(SECTOR_OFFSET);
    int count = request.loadInt(LIST_OFFSET + CallerPointer.size(h));
    if (count < 0 || count > MOST_PARTS || !reads && !disk.isWritable()) {
      return IO_ERROR;
    }
    List<Part> parts = parts(h, request.loadPointer(h, LIST_OFFSET), count, reads);
    long length = parts.stream().mapToLong(Part::length).sum();
    long sectors = disk.size() / DiskImage.SECTOR;
    if (length % DiskImage.SECTOR != 0
        || sector < 0
        || sector > sectors
        || length / DiskImage.SECTOR > sectors - sector) {
      return IO_ERROR;
    }
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, length));
    long at = sector * DiskImage.SECTOR;
    for (Part part : parts) {
      for (long done = 0; done < part.length(); done += piece.limit()) {
        BareThread.of(h).threads().requireRunning();
        piece.clear().limit((int) Math.min(piece.capacity(), part.length() - done));
        CallerPointer place = part.start().plus(done);
        if (reads) {
          disk.read(piece, at);
          place.write(MemorySegment.ofBuffer(piece.flip()));
        } else {
          piece.put(place.readable(piece.limit()).asByteBuffer());
          disk.write(piece.flip(), at);
        }
        at += piece.limit();
      }
    }
    return OK;
  }

  /** All are checked before anything is moved. */
  private List<Part> parts(Hart h, CallerPointer list, int count, boolean reads) {
    long stride = CallerPointer.size(h) * 2L;
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      CallerPointer start = list.loadPointer(h, i * stride);
      long length = list.loadLong(i * stride + CallerPointer.size(h));
      if (length < 0 || length > h.window.size()) {
        throw new MemoryFault(start.address(), reads ? AccessKind.STORE : AccessKind.LOAD, true);
      }
      if (reads) {
        start.requireWritable(length);
      } else {
        start.requireReadable(length);
      }
      parts.add(new Part(start, length));
    }
    return parts;
  }
}
