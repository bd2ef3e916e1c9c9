package org.capvm.intravisor.kernel.host.loader;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.file.TextFile;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.memory.Region;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Symbol;

/** The vDSO: the small library that the kernel maps into every program. */
final class Vdso {
  private static final String RESOURCE = "vdso.so";
  private static final String SIGNAL_RETURN = "__vdso_rt_sigreturn";

  private final byte[] content;
  private final long signalReturn;

  private Vdso(byte[] content, long signalReturn) {
    this.content = content;
    this.signalReturn = signalReturn;
  }

  static Vdso read() {
    try (InputStream in = Vdso.class.getResourceAsStream(RESOURCE)) {
      byte[] content = in.readAllBytes();
      ElfImage image = ElfImage.read(content, RESOURCE);
      for (Symbol symbol : image.dynamicSymbols()) {
        if (symbol.name().equals(SIGNAL_RETURN)) {
          return new Vdso(content, symbol.value());
        }
      }
      throw new IllegalStateException(RESOURCE + " has no " + SIGNAL_RETURN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ElfException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Guest address of rt_sigreturn when the image is mapped at an address. */
  long signalReturn(long base) {
    return base + signalReturn;
  }

  /**
   * Maps the image.
   *
   * @return its address, or an error
   */
  long map(AddressSpace space) {
    OpenFile file = new ImageFile(content);
    try {
      return space.map(-1, 0, content.length, Region.READ | Region.EXECUTE, false, file, 0, null);
    } finally {
      file.release();
    }
  }

  /** The image as a file; unlike those of /proc it knows its size. */
  private static final class ImageFile extends TextFile {
    private final int size;

    ImageFile(byte[] content) {
      super(OpenFlags.READ_ONLY, "[vdso]", content);
      size = content.length;
    }

    @Override
    public long status(FileStatus status) {
      long error = super.status(status);
      status.size = size;
      return error;
    }
  }
}
