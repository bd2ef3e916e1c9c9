package org.capvm.intravisor.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.capvm.translator.image.FileTranslations.Result;
import org.capvm.translator.listing.BytecodeSizes;

/** Shows what files were translated to. */
final class TranslationReport {
  private TranslationReport() {}

  static void print(List<Result> results, PrintWriter out) {
    for (Result result : results) {
      BytecodeSizes sizes = BytecodeSizes.of(result.file());
      out.printf(
          "%s: %,d functions in %,d methods, %,d bytes of bytecode, %s%n",
          result.name(),
          result.file().functions().size(),
          sizes.methods(),
          sizes.total(),
          result.cached()
              ? "from the cache"
              : "translated in %.1f s".formatted(result.nanoseconds() / 1e9));
      List<String> classes = new ArrayList<>();
      sizes.histogram().forEach((limit, n) -> classes.add("%,d: %,d".formatted(limit, n)));
      out.printf("    methods by bytes, up to %s%n", String.join(", ", classes));
      for (String method : sizes.oversized()) {
        out.printf("    not compiled by the JVM unless told to: %s%n", method);
      }
    }
  }
}
