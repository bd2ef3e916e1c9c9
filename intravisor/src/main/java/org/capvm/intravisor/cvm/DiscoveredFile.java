package org.capvm.intravisor.cvm;

import java.lang.ref.SoftReference;
import java.util.Optional;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.Program;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;

/**
 * The code of an ELF file, found again when parts of it are translated on demand. Neither the code
 * nor the file's content is kept when memory gets scarce.
 */
final class DiscoveredFile {
  private final String name;
  private final SoftReference<byte[]> content;
  private SoftReference<Program> program = new SoftReference<>(null);

  DiscoveredFile(byte[] content, String name) {
    this.name = name;
    this.content = new SoftReference<>(content);
  }

  /** What messages call the file. */
  String name() {
    return name;
  }

  /** The file; empty when it is not there any more. */
  Optional<byte[]> content() {
    return Optional.ofNullable(content.get());
  }

  /** The code; empty when the file's content is not there any more. Takes seconds when large. */
  synchronized Optional<Program> program() {
    Program known = program.get();
    if (known != null) {
      return Optional.of(known);
    }
    byte[] bytes = content.get();
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      Program found = Discovery.discover(ElfImage.read(bytes, name));
      program = new SoftReference<>(found);
      return Optional.of(found);
    } catch (ElfException e) {
      throw new IllegalStateException(name + " was a good ELF file before", e);
    }
  }
}
