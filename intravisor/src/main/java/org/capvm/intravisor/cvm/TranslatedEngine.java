package org.capvm.intravisor.cvm;

import elf4j.Logger;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.capvm.intravisor.event.TranslationEvent;
import org.capvm.intravisor.event.TranslationEvent.Source;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.code.CapabilityCodeMap;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.interpreter.HotCode;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.elf.CapabilityUse;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Segment;
import org.capvm.translator.emit.Variant;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.FileTranslations.Result;
import org.capvm.translator.image.TranslatedFile;
import org.capvm.translator.image.TranslationKey;

/**
 * Runs translated code: ELF files are translated, or found in the cache, when they are mapped for
 * execution; what is left is interpreted.
 */
public final class TranslatedEngine implements Engine {
  private static final Logger LOG = Logger.instance();

  /**
   * Where {@code CAPVM_CLEAR_TAGS} is set, stores clear tags also in windows that have none: for
   * the benchmark that prices it.
   */
  private static final boolean CLEARS_TAGS = System.getenv("CAPVM_CLEAR_TAGS") != null;

  /** Larger files are not programs. */
  private static final long LARGEST_FILE = 1L << 30;

  private final FileTranslations translations;
  private final HotCode observer;
  private final Consumer<String> warnings;
  private final ObjectTypes types;
  private final ConcurrentMap<TranslatedFile, TranslatedCode> loaded = new ConcurrentHashMap<>();

  /** By content hash. */
  private final ConcurrentMap<String, DiscoveredFile> discovered = new ConcurrentHashMap<>();

  /** Translates whole files while their processes already run. */
  private final ThreadPoolExecutor background =
      new ThreadPoolExecutor(
          0,
          1,
          1,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> Thread.ofPlatform().daemon().name("file translator").unstarted(task));

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
    this(translations, observer, warnings, new ObjectTypes());
  }

  /**
   * As the other.
   *
   * @param types shared with the engines of other cVMs
   */
  public TranslatedEngine(
      FileTranslations translations,
      HotCode observer,
      Consumer<String> warnings,
      ObjectTypes types) {
    this.translations = translations;
    this.observer = observer;
    this.warnings = warnings;
    this.types = types;
  }

  @Override
  public ObjectTypes objectTypes() {
    return types;
  }

  /** The translations that were put in place so far, in the order of the mappings. */
  public List<Result> used() {
    return List.copyOf(used);
  }

  @Override
  public CodeSpace attach(Window window, TranslationBudget budget) {
    return new Space(window, budget);
  }

  @Override
  public CodeSpace attachTagged(Window window, Dialect dialect, TranslationBudget budget) {
    var translator = new CapabilityCodeTranslator(window, dialect, budget);
    return new CapabilityCodeSpace(
        window, new CapabilityCodeMap(window, translator), new Space(window, budget));
  }

  private final class Space implements CodeSpace {
    private final Window window;
    private final CodeMap functions;
    private final HotTranslator hot;

    /** Files of which nothing was changed since they were mapped. */
    private final List<MappedCode> intact = new CopyOnWriteArrayList<>();

    /** What lies unchanged in memory that the guest may write to. */
    private final List<LoadedCode> loadedCode = new CopyOnWriteArrayList<>();

    private volatile Variant variant;

    Space(Window window, TranslationBudget budget) {
      this.window = window;
      variant = Variant.of(false, CLEARS_TAGS || window.tags() != null);
      hot = new HotTranslator(window, variant, observer, budget, this::faultsAreSeen);
      functions =
          window.tags() == null ? new CodeMap(window, hot) : CodeMap.besideCapabilities(window);
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
        if (image.capabilityUse() == CapabilityUse.PURE) {
          return;
        }
        for (Segment segment : image.segments()) {
          if (segment.executable()
              && segment.offset() >= offset
              && segment.offset() < offset + length) {
            long bias = address + (segment.offset() - offset) - segment.address();
            add(image, content, bias, address, address + length);
          }
        }
      } catch (ElfException e) {
        // Not a program: what is executed of it is interpreted.
      }
    }

    /** Provides code of a file that lies between two addresses. */
    private void add(ElfImage image, byte[] content, long bias, long start, long end)
        throws ElfException {
      TranslationKey key = TranslationKey.of(content, bias, variant);
      DiscoveredFile found =
          discovered.computeIfAbsent(
              key.contentHash(), hash -> new DiscoveredFile(content, image.name()));
      MappedCode code = new MappedCode(start, end, bias, found);
      hot.addFile(code);
      intact.add(code);
      provide(code, content, key);
    }

    @Override
    public void loaded(ElfImage image, long bias) {
      byte[] content = new byte[image.content().remaining()];
      image.content().get(content);
      try {
        for (Segment segment : image.segments()) {
          if (segment.executable() && segment.fileSize() != 0) {
            MemorySegment bytes =
                MemorySegment.ofArray(content).asSlice(segment.offset(), segment.fileSize());
            LoadedCode code = new LoadedCode(segment.address() + bias, bytes);
            if (code.isIn(window)) {
              loadedCode.add(code);
              add(image, content, bias, code.start(), code.end());
            }
          }
        }
      } catch (ElfException e) {
        throw new IllegalStateException(image.name() + " was a good ELF file before", e);
      }
    }

    /** Withdraws what the guest may have written to, and did. */
    private void withdrawOverwritten() {
      List<LoadedCode> overwritten =
          loadedCode.stream().filter(code -> !code.isIn(window)).toList();
      loadedCode.removeAll(overwritten);
      overwritten.forEach(code -> withdraw(code.start(), code.end()));
    }

    /**
     * Puts a translation in place: at once what programs are made of, when it is there what a
     * process of the precise variant has to be given while it runs.
     */
    private void provide(MappedCode code, byte[] content, TranslationKey key) throws ElfException {
      String name = code.file().name();
      if (!key.variant().isPrecise()) {
        use(translated(content, name, key), code);
        return;
      }
      Optional<Result> kept = translations.find(name, key);
      if (kept.isPresent()) {
        use(kept.get(), code);
        return;
      }
      background.execute(
          () -> {
            try {
              use(translated(content, name, key), code);
            } catch (ElfException | RuntimeException | LinkageError e) {
              LOG.warn("{} is translated in parts only: {}", name, e.toString());
            }
          });
    }

    private Result translated(byte[] content, String name, TranslationKey key) throws ElfException {
      TranslationEvent event = TranslationEvent.ifRecorded();
      Result result = translations.get(content, name, key);
      if (event != null) {
        Source source = result.cached() ? Source.CACHE : Source.FILE;
        event.end(name, source, result.file().functions().size());
      }
      return result;
    }

    private void use(Result result, MappedCode code) {
      used.add(result);
      if (result.warning() != null) {
        warnings.accept(result.warning());
      }
      synchronized (hot) {
        // Later changes withdraw what is put in place here.
        if (result.key().variant() == variant && intact.contains(code)) {
          publish(result.file(), code.start(), code.end());
        }
      }
    }

    private void publish(TranslatedFile file, long address, long end) {
      TranslatedCode code = loaded.computeIfAbsent(file, f -> new TranslatedCode(f::classFile));
      Map<Long, Long> exactCalls = file.exactCalls().subMap(address, end);
      functions.addExactCalls(exactCalls.keySet());
      hot.addExactCalls(exactCalls);
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
        withdrawOverwritten();
        functions.interpreter().invalidate(Window.LOW, window.size());
      } else {
        withdraw(start, end);
      }
    }

    private void withdraw(long start, long end) {
      Optional<MappedCode> file = hot.mappedAt(start);
      synchronized (hot) {
        intact.removeIf(code -> code.start() < end && start < code.end());
        hot.changed(start, end);
      }
      if (functions.invalidate(start, end)) {
        // Functions of a file call each other directly: none of them may go on with old code.
        file.ifPresent(code -> functions.invalidate(code.start(), code.end()));
      }
    }

    @Override
    public boolean faultsAreSeen() {
      synchronized (hot) {
        if (variant.isPrecise()) {
          return false;
        }
        variant = Variant.of(true, variant.isTagClearing());
        hot.setVariant(variant);
        functions.invalidate(Window.LOW, window.size());
      }
      for (MappedCode code : intact) {
        code.file().content().ifPresent(content -> provideAgain(code, content));
      }
      functions.awaitInterrupts();
      return true;
    }

    private void provideAgain(MappedCode code, byte[] content) {
      try {
        provide(code, content, TranslationKey.of(content, code.bias(), variant));
      } catch (ElfException e) {
        throw new IllegalStateException(code.file().name() + " was a good ELF file before", e);
      }
    }

    @Override
    public void permissionsTaken() {
      if (variant.isPrecise()) {
        functions.interruptRunning();
        functions.awaitInterrupts();
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
