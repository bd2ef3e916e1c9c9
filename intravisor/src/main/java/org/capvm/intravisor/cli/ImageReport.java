package org.capvm.intravisor.cli;

import java.io.PrintWriter;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Segment;

/** Shows how an ELF file asks to be loaded. */
final class ImageReport {
  private ImageReport() {}

  static void print(ElfImage image, PrintWriter out) {
    out.printf("%s: %s%n", image.name(), kind(image));
    out.printf("  entry point   0x%x%n", image.entry());
    image.interpreter().ifPresent(i -> out.printf("  interpreter   %s%n", i));
    image.sharedObjectName().ifPresent(n -> out.printf("  library name  %s%n", n));
    for (String library : image.neededLibraries()) {
      out.printf("  needs         %s%n", library);
    }
    out.printf(
        "  compiled for  %s%n", image.architecture().orElse("not stated (no .riscv.attributes)"));
    image
        .tls()
        .ifPresent(
            t -> out.printf("  thread-local  %,d bytes a thread and module%n", t.memorySize()));
    if (image.executableStack()) {
      out.printf("  stack         executable%n");
    }
    out.printf("%nsegments%n");
    for (Segment s : image.segments()) {
      out.printf(
          "  %#14x..%#x  %s%s%s  %,d bytes, %,d from the file%n",
          s.address(),
          s.end(),
          s.readable() ? "r" : "-",
          s.writable() ? "w" : "-",
          s.executable() ? "x" : "-",
          s.memorySize(),
          s.fileSize());
    }
  }

  private static String kind(ElfImage image) {
    if (image.isExec()) {
      return "program at a fixed address (ET_EXEC)";
    }
    boolean library = image.interpreter().isEmpty() && image.sharedObjectName().isPresent();
    return library ? "shared library" : "position-independent program or library";
  }
}
