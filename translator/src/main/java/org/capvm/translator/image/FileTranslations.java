package org.capvm.translator.image;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.Program;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.TranslatedClass;

/** Gets translations of files: from the cache, or by translating and filling it. */
public final class FileTranslations {
  /** Is told how far a translation is. */
  public interface Progress {
    /** Nobody looks. */
    Progress NONE =
        new Progress() {
          @Override
          public void started(String name, int classes) {}

          @Override
          public void advanced() {}

          @Override
          public void finished(String name) {}
        };

    /** A file's code was found; {@code classes} steps follow. */
    void started(String name, int classes);

    /** A step was done. Called by several threads. */
    void advanced();

    void finished(String name);
  }

  /**
   * A translation and where it came from.
   *
   * @param name what messages call the file
   * @param key what the translation is of
   * @param file the translation
   * @param cached whether it was in the cache
   * @param warning why it could not be kept, or null
   * @param nanoseconds how long it took to get
   */
  public record Result(
      String name,
      TranslationKey key,
      TranslatedFile file,
      boolean cached,
      String warning,
      long nanoseconds) {}

  private final TranslationCache cache;
  private final Progress progress;
  private final ConcurrentMap<TranslationKey, TranslatedFile> open = new ConcurrentHashMap<>();

  public FileTranslations(TranslationCache cache, Progress progress) {
    this.cache = cache;
    this.progress = progress;
  }

  /** Where translations are kept. */
  public TranslationCache cache() {
    return cache;
  }

  /**
   * Gets the translation of an ELF file.
   *
   * @param content the file
   * @param name for messages
   * @param key what is wanted
   * @throws ElfException when it is not an ELF file for RV64
   */
  public Result get(byte[] content, String name, TranslationKey key) throws ElfException {
    long start = System.nanoTime();
    Optional<Result> kept = find(name, key);
    if (kept.isPresent()) {
      return kept.get();
    }
    MemoryTranslation made = translate(ElfImage.read(content, name), name, key);
    String warning = null;
    try {
      cache.store(key, made);
    } catch (IOException e) {
      warning = "the translation of " + name + " cannot be kept: " + e.getMessage();
    }
    open.putIfAbsent(key, made);
    return new Result(name, key, made, false, warning, System.nanoTime() - start);
  }

  /** Gets a translation if it was made before. */
  public Optional<Result> find(String name, TranslationKey key) {
    long start = System.nanoTime();
    TranslatedFile kept = open.get(key);
    if (kept == null) {
      kept = cache.find(key);
    }
    if (kept == null) {
      return Optional.empty();
    }
    open.putIfAbsent(key, kept);
    return Optional.of(new Result(name, key, kept, true, null, System.nanoTime() - start));
  }

  private MemoryTranslation translate(ElfImage image, String name, TranslationKey key)
      throws ElfException {
    // Code that clears tags runs where code with capabilities runs, too.
    Program program =
        key.variant().isTagClearing()
            ? Discovery.discoverWithoutCapabilities(image)
            : Discovery.discover(image);
    FileTranslator translator =
        new FileTranslator(
            program.functions(), program.stubs(), key.bias(), key.variant(), key.packageName());
    progress.started(name, translator.classes());
    List<TranslatedClass> classes =
        IntStream.range(0, translator.classes())
            .parallel()
            .mapToObj(
                n -> {
                  TranslatedClass c = translator.translate(n);
                  progress.advanced();
                  return c;
                })
            .toList();
    progress.finished(name);
    return new MemoryTranslation(classes, translator.exactCalls());
  }
}
