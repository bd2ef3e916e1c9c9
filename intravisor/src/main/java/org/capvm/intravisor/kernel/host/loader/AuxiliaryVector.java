package org.capvm.intravisor.kernel.host.loader;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The auxiliary vector (getauxval(3)): what the kernel tells the dynamic linker and libc. */
final class AuxiliaryVector {
  static final int PHDR = 3;
  static final int PHENT = 4;
  static final int PHNUM = 5;
  static final int PAGESZ = 6;
  static final int BASE = 7;
  static final int FLAGS = 8;
  static final int ENTRY = 9;
  static final int UID = 11;
  static final int EUID = 12;
  static final int GID = 13;
  static final int EGID = 14;
  static final int HWCAP = 16;
  static final int CLKTCK = 17;
  static final int SECURE = 23;
  static final int RANDOM = 25;
  static final int EXECFN = 31;
  static final int SYSINFO_EHDR = 33;

  /** The single-letter extensions I, M, A, F, D and C, a bit for each letter of the alphabet. */
  static final long RV64GC = extensions("IMAFDC");

  private final List<Long> words = new ArrayList<>();

  private static long extensions(String letters) {
    return letters.chars().mapToLong(c -> 1L << (c - 'A')).reduce(0, (a, b) -> a | b);
  }

  AuxiliaryVector with(int type, long value) {
    words.add((long) type);
    words.add(value);
    return this;
  }

  /** As it lies in memory, ended by AT_NULL. */
  byte[] encode() {
    ByteBuffer bytes = ByteBuffer.allocate(words.size() * 8 + 16).order(ByteOrder.LITTLE_ENDIAN);
    words.forEach(bytes::putLong);
    return bytes.array();
  }
}
