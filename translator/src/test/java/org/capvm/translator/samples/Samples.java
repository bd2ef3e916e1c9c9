package org.capvm.translator.samples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;

/** The ELF files that are checked in beside their sources. */
public final class Samples {
  private Samples() {}

  /** The content of a sample. */
  public static byte[] content(String name) {
    try (InputStream in = Samples.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A sample, read. */
  public static ElfImage image(String name) {
    try {
      return ElfImage.read(content(name), name);
    } catch (ElfException e) {
      throw new AssertionError(e);
    }
  }
}
