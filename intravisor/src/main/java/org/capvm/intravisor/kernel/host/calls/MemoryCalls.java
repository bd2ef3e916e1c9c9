package org.capvm.intravisor.kernel.host.calls;

import static org.capvm.intravisor.kernel.host.syscall.Argument.ADDRESS;
import static org.capvm.intravisor.kernel.host.syscall.Argument.FD;
import static org.capvm.intravisor.kernel.host.syscall.Argument.HEX;
import static org.capvm.intravisor.kernel.host.syscall.Argument.INT;
import static org.capvm.intravisor.kernel.host.syscall.Argument.LONG;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.SharedPages;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.FlagNames;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.memory.Window;

/** System calls that change what is mapped in the guest's memory. */
final class MemoryCalls {
  private static final int MAP_SHARED = 1;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_SHARED_VALIDATE = 3;
  private static final int MAP_TYPE = 0xf;
  private static final int MAP_FIXED = 0x10;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_FIXED_NOREPLACE = 0x100000;

  private static final int PROT_ALL = 7;
  private static final int PROT_GROWS = 0x03000000;
  private static final int PROT_WRITE = 2;
  private static final int PROT_EXECUTE = 4;

  private static final int MREMAP_MAYMOVE = 1;
  private static final int MREMAP_FIXED = 2;

  private static final int MADV_DONTNEED = 4;
  private static final int MADV_FREE = 8;
  private static final int MADV_REMOVE = 9;
  private static final int MADV_HWPOISON = 100;

  private static final FlagNames PROTECTION =
      new FlagNames("PROT_NONE").with(1, "PROT_READ").with(2, "PROT_WRITE").with(4, "PROT_EXEC");
  private static final FlagNames MAP_FLAGS =
      new FlagNames("0")
          .with(MAP_SHARED, "MAP_SHARED")
          .with(MAP_PRIVATE, "MAP_PRIVATE")
          .with(MAP_FIXED, "MAP_FIXED")
          .with(MAP_ANONYMOUS, "MAP_ANONYMOUS")
          .with(0x100, "MAP_GROWSDOWN")
          .with(0x800, "MAP_DENYWRITE")
          .with(0x4000, "MAP_NORESERVE")
          .with(0x8000, "MAP_POPULATE")
          .with(0x20000, "MAP_STACK")
          .with(MAP_FIXED_NOREPLACE, "MAP_FIXED_NOREPLACE");

  private MemoryCalls() {}

  static void addTo(SystemCallTable table) {
    table.add(214, "brk", MemoryCalls::moveHeapEnd, ADDRESS);
    table.add(215, "munmap", MemoryCalls::unmap, ADDRESS, LONG);
    table.add(216, "mremap", MemoryCalls::remap, ADDRESS, LONG, LONG, HEX, ADDRESS);
    table.add(
        222,
        "mmap",
        MemoryCalls::map,
        ADDRESS,
        LONG,
        Argument.flags(PROTECTION),
        Argument.flags(MAP_FLAGS),
        FD,
        HEX);
    table.add(226, "mprotect", MemoryCalls::protect, ADDRESS, LONG, Argument.flags(PROTECTION));
    table.add(
        227,
        "msync",
        (t, a, n, f) -> t.process().addressSpace().synchronize(a, n),
        ADDRESS,
        LONG,
        HEX);
    table.add(228, "mlock", MemoryCalls::lock, ADDRESS, LONG);
    table.add(229, "munlock", MemoryCalls::lock, ADDRESS, LONG);
    table.add(230, "mlockall", (t, flags) -> 0, HEX);
    table.add(231, "munlockall", t -> 0);
    table.add(232, "mincore", MemoryCalls::inCore, ADDRESS, LONG, ADDRESS);
    table.add(233, "madvise", MemoryCalls::advise, ADDRESS, LONG, INT);
    table.add(284, "mlock2", (t, a, n, f) -> lock(t, a, n), ADDRESS, LONG, HEX);
    table.add(259, "riscv_flush_icache", MemoryCalls::flush, ADDRESS, ADDRESS, HEX);
  }

  private static long map(
      Task task, long address, long length, long protection, long flags, long fd, long offset) {
    int type = (int) flags & MAP_TYPE;
    if (type != MAP_SHARED && type != MAP_PRIVATE && type != MAP_SHARED_VALIDATE) {
      return Errno.EINVAL;
    }
    boolean exact = (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0;
    if (length == 0 || offset % Window.PAGE != 0 || exact && address % Window.PAGE != 0) {
      return Errno.EINVAL;
    }
    AddressSpace space = task.process().addressSpace();
    if ((flags & MAP_FIXED_NOREPLACE) != 0) {
      if (!space.isFree(address, length)) {
        return Errno.EEXIST;
      }
    } else if (exact) {
      requireMapping(task, 0, address, length);
    }
    boolean shared = type != MAP_PRIVATE;
    int allowed = (int) protection & PROT_ALL;
    GuestMemory memory = task.memory();
    long size = memory.mappingLength(length);
    long fixed = exact ? address : -1;
    Placing placing =
        (file, from) -> place(memory, space, fixed, address, size, allowed, shared, file, from);
    long result =
        (flags & MAP_ANONYMOUS) != 0
            ? placing.map(null, 0)
            : task.process()
                .descriptors()
                .with(fd, file -> mapFile(task, placing, allowed, shared, file, offset));
    return memory.mapped(result, size, (allowed & PROT_EXECUTE) != 0);
  }

  /** Maps a file, or no file, where a call has asked for it. */
  @FunctionalInterface
  private interface Placing {
    long map(OpenFile file, long offset);
  }

  private static long place(
      GuestMemory memory,
      AddressSpace space,
      long fixed,
      long hint,
      long size,
      int protection,
      boolean shared,
      OpenFile file,
      long offset) {
    long alignment = memory.mappingAlignment(size);
    if (fixed != -1 || alignment <= Window.PAGE) {
      return space.map(fixed, hint, size, protection, shared, file, offset, null);
    }
    synchronized (space) {
      long address = space.findAligned(size, alignment);
      return address < 0
          ? address
          : space.map(address, 0, size, protection, shared, file, offset, null);
    }
  }

  private static long roundUp(long length) {
    return length + Window.PAGE - 1 & -Window.PAGE;
  }

  /** Checks the right to change the pages of a range, where there are such rights. */
  private static void requireMapping(Task task, int argument, long address, long length) {
    long start = address & -Window.PAGE;
    task.memory().requireMapping(argument, start, roundUp(address + length - start));
  }

  private static long moveHeapEnd(Task task, long address) {
    AddressSpace space = task.process().addressSpace();
    long now = space.setHeapEnd(0);
    if (address != 0 && address < now) {
      requireMapping(task, 0, roundUp(address), roundUp(now) - roundUp(address));
    }
    return space.setHeapEnd(address);
  }

  private static long unmap(Task task, long address, long length) {
    requireMapping(task, 0, address, length);
    return task.process().addressSpace().unmap(address, length);
  }

  private static long mapFile(
      Task task, Placing placing, int protection, boolean shared, OpenFile file, long offset) {
    if (offset < 0) {
      return Errno.EOVERFLOW;
    }
    boolean writes = shared && (protection & PROT_WRITE) != 0;
    if (!file.isReadable() || writes && !file.isWritable()) {
      return Errno.EACCES;
    }
    SharedPages pages = file.sharedPages();
    if (pages != null && (protection & PROT_EXECUTE) != 0) {
      return Errno.EPERM;
    }
    if (shared && pages != null && pages.isReadOnly()) {
      requireCheckedCode(task);
    }
    return placing.map(file, offset);
  }

  /**
   * From now on no code of the process ignores the permissions of pages.
   *
   * @throws Unwind when frames of such code must be left first; the call is then executed again
   */
  private static void requireCheckedCode(Task task) {
    if (task.process().addressSpace().faultsAreSeen()) {
      throw Unwind.INSTANCE;
    }
  }

  private static long remap(
      Task task, long address, long oldLength, long newLength, long flags, long newAddress) {
    boolean mayMove = (flags & MREMAP_MAYMOVE) != 0;
    boolean fixed = (flags & MREMAP_FIXED) != 0;
    if ((flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED)) != 0 || fixed && !mayMove) {
      return Errno.EINVAL;
    }
    requireMapping(task, 0, address, oldLength);
    if (fixed) {
      requireMapping(task, 4, newAddress, newLength);
    }
    GuestMemory memory = task.memory();
    long size = memory.mappingLength(newLength);
    if (memory.mappingAlignment(size) > Window.PAGE) {
      return Errno.ENOMEM;
    }
    long result =
        task.process()
            .addressSpace()
            .remap(address, oldLength, size, mayMove, fixed ? newAddress : -1);
    return memory.mapped(result, size, false);
  }

  private static long protect(Task task, long address, long length, long protection) {
    if ((protection & ~(PROT_ALL | PROT_GROWS)) != 0) {
      return Errno.EINVAL;
    }
    requireMapping(task, 0, address, length);
    return task.process().addressSpace().protect(address, length, (int) protection & PROT_ALL);
  }

  /** No page is ever swapped out by us, so locking only checks that the pages exist. */
  private static long lock(Task task, long address, long length) {
    long start = address & -Window.PAGE;
    return task.process().addressSpace().isMapped(start, length + (address - start))
        ? 0
        : Errno.ENOMEM;
  }

  private static long inCore(Task task, long address, long length, long vector) {
    if (address % Window.PAGE != 0) {
      return Errno.EINVAL;
    }
    if (!task.process().addressSpace().isMapped(address, length)) {
      return Errno.ENOMEM;
    }
    long pages = (length + Window.PAGE - 1) / Window.PAGE;
    task.memory().writable(vector, pages).fill((byte) 1);
    return 0;
  }

  private static long advise(Task task, long address, long length, long advice) {
    AddressSpace space = task.process().addressSpace();
    return switch ((int) advice) {
      case MADV_DONTNEED, MADV_FREE -> {
        requireMapping(task, 0, address, length);
        yield space.discard(address, length);
      }
      case MADV_REMOVE -> Errno.EINVAL;
      default -> {
        if (advice < 0 || advice >= MADV_HWPOISON || address % Window.PAGE != 0) {
          yield Errno.EINVAL;
        }
        yield space.isMapped(address, length) ? 0 : Errno.ENOMEM;
      }
    };
  }

  private static long flush(Task task, long start, long end, long flags) {
    if ((flags & ~1) != 0) {
      return Errno.EINVAL;
    }
    AddressSpace space = task.process().addressSpace();
    long first = Math.max(start, Window.LOW);
    long last = end < 0 ? space.window().size() : Math.min(end, space.window().size());
    if (start == 0 && end == 0) {
      space.executable().flushed(0, 0);
    } else if (first < last) {
      space.executable().flushed(first, last);
    }
    return 0;
  }
}
