package org.capvm.translator.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipOutputStream;

/**
 * Translations kept between runs, by content: a library is translated once for all programs.
 *
 * <p>An entry appears under its name only when it is complete. Whoever translates the same file at
 * the same time does the work twice and the last one wins; a damaged entry counts as absent.
 */
public final class TranslationCache {
  private static final String SUFFIX = ".cvm";

  private final Path folder;

  /**
   * @param folder where translations are kept; created when the first is written
   */
  public TranslationCache(Path folder) {
    this.folder = folder;
  }

  /** The folder of all that is cached: {@code $XDG_CACHE_HOME/capvm}, or below ~/.cache. */
  public static Path userFolder() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache != null && !cache.isEmpty()
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("capvm");
  }

  /** The user's cache: {@code $XDG_CACHE_HOME/capvm/translations}, by default below ~/.cache. */
  public static TranslationCache ofUser() {
    return new TranslationCache(userFolder().resolve("translations"));
  }

  public Path folder() {
    return folder;
  }

  /** The translation with a key, or null when it is not there or damaged. */
  public TranslatedFile find(TranslationKey key) {
    Path path = path(key);
    if (!Files.isRegularFile(path)) {
      return null;
    }
    try {
      return ImageFile.open(path, key);
    } catch (IOException e) {
      return null;
    }
  }

  /** Where the translation with a key is kept, whether it exists or not. */
  public Path path(TranslationKey key) {
    return folder.resolve(key.translator()).resolve(key.fileName());
  }

  /**
   * Keeps a translation.
   *
   * @throws IOException when it cannot be written; nothing is left behind
   */
  void store(TranslationKey key, MemoryTranslation translation) throws IOException {
    Path path = path(key);
    Files.createDirectories(path.getParent());
    Path partial = Files.createTempFile(path.getParent(), "partial-", SUFFIX);
    try {
      try (ZipOutputStream zip =
          new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(partial)))) {
        ImageFile.write(zip, key, translation);
      }
      Files.move(partial, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /**
   * A kept translation.
   *
   * @param path its file
   * @param size in bytes
   * @param current whether this build of the translator would use it
   */
  public record Entry(Path path, long size, boolean current) {}

  /** All that is kept, the largest first. */
  public List<Entry> entries() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder, 2)) {
      return files
          .filter(p -> p.toString().endsWith(SUFFIX))
          .map(TranslationCache::entry)
          .sorted(Comparator.comparingLong(Entry::size).reversed())
          .toList();
    }
  }

  private static Entry entry(Path path) {
    return new Entry(
        path,
        path.toFile().length(),
        path.getParent().getFileName().toString().equals(TranslatorVersion.get()));
  }

  /**
   * Removes translations.
   *
   * @param all also those that this build would use
   * @return how many were removed
   */
  public int clean(boolean all) throws IOException {
    int removed = 0;
    for (Entry entry : entries()) {
      if ((all || !entry.current()) && Files.deleteIfExists(entry.path())) {
        removed++;
      }
    }
    return removed;
  }
}
