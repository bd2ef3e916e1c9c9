package org.capvm.translator.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A file that holds the translations of a program, its dynamic linker and its libraries: a zip with
 * one entry for each file of the cache, and one that says what program and translator it is of.
 *
 * @param program path of the program in its root
 * @param translator the build that made it
 * @param path the file
 */
public record ProgramImage(String program, String translator, Path path) {
  private static final String DESCRIPTION = "META-INF/capvm/image";
  private static final int ZIP_MAGIC = 0x504b0304;

  /** Whether this build can use the translations. */
  public boolean isCurrent() {
    return translator.equals(TranslatorVersion.get());
  }

  /**
   * Writes an image; a file under its name appears only when it is complete.
   *
   * @param translations files of the cache
   */
  public static void write(Path target, String program, Collection<Path> translations)
      throws IOException {
    // Not a temporary file of the JDK's making, which nobody else could read.
    String unique = "." + target.getFileName() + "." + ProcessHandle.current().pid();
    Path partial = target.toAbsolutePath().resolveSibling(unique);
    try {
      try (ZipOutputStream zip =
          new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(partial)))) {
        // What is in the cache is stored uncompressed; an image is for keeping.
        zip.putNextEntry(new ZipEntry(DESCRIPTION));
        String description = program + "\n" + TranslatorVersion.get() + "\n";
        zip.write(description.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
        for (Path translation : translations.stream().sorted().toList()) {
          zip.putNextEntry(new ZipEntry(translation.getFileName().toString()));
          Files.copy(translation, zip);
          zip.closeEntry();
        }
      }
      Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /** Whether a file can be an image: a regular file that begins like a zip. */
  public static boolean looksLikeOne(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(4);
      int magic = 0;
      for (byte b : start) {
        magic = magic << 8 | b & 0xff;
      }
      return start.length == 4 && magic == ZIP_MAGIC;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads what an image is of.
   *
   * @throws IOException when it is not an image, or damaged
   */
  public static ProgramImage open(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(DESCRIPTION);
      if (entry == null) {
        throw new IOException("a zip file, but not made by 'cvm translate'");
      }
      try (InputStream in = zip.getInputStream(entry)) {
        List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        if (lines.size() != 2) {
          throw new IOException("damaged image");
        }
        return new ProgramImage(lines.get(0), lines.get(1), file);
      }
    }
  }

  /** A name for what is in the image: the same for equal images only. */
  public String contentHash() throws IOException {
    return TranslationKey.sha256(Files.readAllBytes(path)).substring(0, 16);
  }

  /**
   * Takes the translations out of the image.
   *
   * @param folder a cache's folder; it gets a cache of exactly this image
   */
  public TranslationCache unpack(Path folder) throws IOException {
    Path target = Files.createDirectories(folder.resolve(translator));
    try (ZipFile zip = new ZipFile(path.toFile())) {
      for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
        ZipEntry entry = e.nextElement();
        String name = entry.getName();
        if (name.equals(DESCRIPTION)) {
          continue;
        }
        if (name.indexOf('/') >= 0 || name.startsWith(".")) {
          throw new IOException("damaged image: entry " + name);
        }
        Path file = target.resolve(name);
        if (!Files.exists(file)) {
          Path partial = Files.createTempFile(target, "partial-", ".tmp");
          try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
          } finally {
            Files.deleteIfExists(partial);
          }
        }
      }
    }
    return new TranslationCache(folder);
  }
}
