package org.capvm.intravisor.cvm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.interpreter.HotCode;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Segment;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.FileTranslations.Result;
import org.capvm.translator.image.TranslatedFile;

/**
 * Runs translated code: ELF files are translated, or found in the cache, when they are mapped for
 * execution; what is left is interpreted.
 */
public final class TranslatedEngine implements Engine {
  /** Larger files are not programs. */
  private static final long LARGEST_FILE = 1L << 30;

  private final FileTranslations translations;
  private final HotCode observer;
  private final Consumer<String> warnings;
  private final ConcurrentMap<TranslatedFile, TranslatedCode> loaded = new ConcurrentHashMap<>();
  private final ConcurrentMap<TranslatedFile, DiscoveredFile> discovered =
      new ConcurrentHashMap<>();
  private final List<Result> used = new CopyOnWriteArrayList<>();

  public TranslatedEngine(FileTranslations translations) {
    this(translations, null, warning -> {});
  }

  /**
   * @param observer is told which code is interpreted, or null
   * @param warnings receives why a translation cannot be kept
   */
  public TranslatedEngine(
      FileTranslations translations, HotCode observer, Consumer<String> warnings) {
    this.translations = translations;
    this.observer = observer;
    this.warnings = warnings;
  }

  /** The translations that were put in place so far, in the order of the mappings. */
  public List<Result> used() {
    return List.copyOf(used);
  }

  @Override
  public CodeSpace attach(Window window) {
    return new Space(window);
  }

  private final class Space implements CodeSpace {
    private final Window window;
    private final CodeMap functions;
    private final HotTranslator hot;
    private volatile boolean interpreted;

    Space(Window window) {
      this.window = window;
      hot = new HotTranslator(window, observer);
      functions = new CodeMap(window, hot);
      hot.attach(functions);
    }

    @Override
    public CodeMap map() {
      return functions;
    }

    @Override
    public void mapped(OpenFile file, long offset, long address, long length) {
      byte[] content = read(file);
      if (content.length == 0) {
        return;
      }
      try {
        ElfImage image = ElfImage.read(content, file.name());
        for (Segment segment : image.segments()) {
          if (segment.executable()
              && segment.offset() >= offset
              && segment.offset() < offset + length) {
            long bias = address + (segment.offset() - offset) - segment.address();
            Result result = translations.get(content, image.name(), bias);
            used.add(result);
            if (result.warning() != null) {
              warnings.accept(result.warning());
            }
            publish(result.file(), address, length);
            DiscoveredFile code =
                discovered.computeIfAbsent(
                    result.file(), f -> new DiscoveredFile(content, image.name()));
            hot.addFile(new MappedCode(address, address + length, bias, code));
          }
        }
      } catch (ElfException e) {
        // Not a program: what is executed of it is interpreted.
      }
    }

    private void publish(TranslatedFile file, long address, long length) {
      if (interpreted) {
        return;
      }
      TranslatedCode code = loaded.computeIfAbsent(file, f -> new TranslatedCode(f::classFile));
      long end = address + length;
      List<TranslatedFile.Function> all = file.functions();
      for (int i = 0; i < all.size(); i++) {
        TranslatedFile.Function f = all.get(i);
        if (f.entry() >= address && f.entry() < end) {
          functions.put(f.entry(), code.function(functions, f.entry(), f.className(), f.number()));
          long next = i + 1 < all.size() ? all.get(i + 1).entry() : end;
          hot.addBounds(f.entry(), Math.min(next, end));
        }
      }
    }

    @Override
    public void changed(long address, long length) {
      withdraw(address, address + length);
    }

    @Override
    public void flushed(long start, long end) {
      if (start == 0 && end == 0) {
        hot.withdrawAll();
        functions.interpreter().invalidate(Window.LOW, window.size());
      } else {
        withdraw(start, end);
      }
    }

    private void withdraw(long start, long end) {
      Optional<MappedCode> file = hot.mappedAt(start);
      hot.changed(start, end);
      if (functions.invalidate(start, end)) {
        // Functions of a file call each other directly: none of them may go on with old code.
        file.ifPresent(code -> functions.invalidate(code.start(), code.end()));
      }
    }

    /**
     * Translated code keeps registers in JVM locals, which a fault loses: a process that looks at
     * them is interpreted, which is exact.
     */
    @Override
    public void faultsAreSeen() {
      if (!interpreted) {
        interpreted = true;
        hot.stop();
        functions.invalidate(Window.LOW, window.size());
      }
    }
  }

  private static byte[] read(OpenFile file) {
    FileStatus status = new FileStatus();
    if (file.status(status) != 0 || status.size <= 0 || status.size > LARGEST_FILE) {
      return new byte[0];
    }
    byte[] content = new byte[Math.toIntExact(status.size)];
    try (java.lang.foreign.Arena arena = java.lang.foreign.Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(content.length);
      long n = 0;
      while (n < content.length) {
        long got = file.pread(buffer.asSlice(n), n);
        if (got <= 0) {
          return new byte[0];
        }
        n += got;
      }
      MemorySegment.copy(
          buffer, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, content, 0, content.length);
    }
    return content;
  }
}
