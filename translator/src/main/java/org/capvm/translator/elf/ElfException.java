package org.capvm.translator.elf;

import java.io.Serial;

/** A file that is not a usable 64-bit little-endian RISC-V ELF file. The message names the file. */
public final class ElfException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param file the file, as the user named it
   * @param problem what is wrong with it
   */
  public ElfException(String file, String problem) {
    super(file + ": " + problem);
  }
}
