package org.capvm.testsuite.check;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.HostGuest;
import org.capvm.intravisor.cvm.KernelKind;
import org.capvm.intravisor.cvm.Limits;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.runtime.capability.Dialect;
import org.capvm.testsuite.roots.DebianRoot;
import org.capvm.translator.check.FileChecker;
import org.capvm.translator.check.RejectedClassException;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.Program;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.capvm.translator.emit.Variant;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.FileTranslations.Progress;
import org.capvm.translator.image.FileTranslations.Result;
import org.capvm.translator.image.TranslationCache;
import org.capvm.translator.image.TranslationKey;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every class of the root's largest programs and libraries passes the checker. */
@Tag("slow")
class RealProgramCheckTest {
  private static final List<String> PROGRAMS =
      List.of(
          "/usr/bin/python3.13",
          "/usr/bin/sqlite3",
          "/usr/bin/redis-server",
          "/usr/bin/lua5.4",
          "/usr/games/stockfish");

  /**
   * Of the programs, the dynamic linker and the libraries; far fewer would be a test of nothing.
   */
  private static final int LEAST_CLASSES = 1000;

  private static final long BIAS = 0x10000;

  /** As they are in the cache, which other tests have filled or will use. */
  @Test
  void programsWithTheirLibrariesPass() throws CvmException, RejectedClassException {
    Set<TranslationKey> checked = new HashSet<>();
    int classes = 0;
    for (String program : PROGRAMS) {
      TranslatedEngine engine =
          new TranslatedEngine(new FileTranslations(TranslationCache.ofUser(), Progress.NONE));
      HostGuest.load(options(program), engine);
      for (Result result : engine.used()) {
        if (checked.add(result.key())) {
          classes += result.file().check(result.key().variant());
        }
      }
    }
    assertTrue(classes >= LEAST_CLASSES, "only " + classes + " classes");
    System.out.printf("checker: %,d classes of %d files pass%n", classes, checked.size());
  }

  private static CvmOptions options(String program) {
    return new CvmOptions(
        program,
        List.of(),
        Map.of(),
        Optional.of(DebianRoot.path()),
        List.of(),
        CvmOptions.DEFAULT_MEMORY,
        "/",
        false,
        Optional.empty(),
        Dialect.XCHERI_V9,
        KernelKind.HOST,
        Limits.NONE,
        Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/usr/lib/riscv64-linux-gnu/libc.so.6",
        "/usr/lib/riscv64-linux-gnu/ld-linux-riscv64-lp64d.so.1",
        "/usr/lib/riscv64-linux-gnu/libsqlite3.so.0",
        "/usr/bin/python3.13",
        "/usr/bin/redis-server",
        "/usr/bin/lua5.4",
        "/usr/games/stockfish"
      })
  void otherVariantsPass(String file) throws IOException, ElfException, RejectedClassException {
    Program program =
        Discovery.discover(ElfImage.read(Files.readAllBytes(DebianRoot.file(file)), file));
    check(program, Variant.PRECISE);
    check(program, Variant.TAG_CLEARING);
    check(program, Variant.PRECISE_TAG_CLEARING);
  }

  private static void check(Program program, Variant variant) throws RejectedClassException {
    FileTranslator translator =
        new FileTranslator(program.functions(), program.stubs(), BIAS, variant, "guest.checked");
    Map<String, TranslatedClass> classes =
        IntStream.range(0, translator.classes())
            .parallel()
            .mapToObj(translator::translate)
            .collect(Collectors.toMap(TranslatedClass::name, Function.identity()));
    FileChecker.check(
        classes.keySet(),
        classes.keySet(),
        name -> classes.get(name).bytes(),
        variant.isTagClearing());
  }
}
