package org.capvm.translator.image;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A translation as a jar: the classes, and an index of the functions and exact calls. Entries are
 * stored uncompressed, because they are read each time a program starts.
 */
final class ImageFile implements TranslatedFile {
  private static final String INDEX = "META-INF/capvm/functions";
  private static final int MAGIC = 0x6376_6d31;

  private final ZipFile zip;
  private final Index index;

  private record Index(List<Function> functions, SortedMap<Long, Long> exactCalls) {}

  private ImageFile(ZipFile zip, Index index) {
    this.zip = zip;
    this.index = index;
  }

  /**
   * Opens a translation.
   *
   * @throws IOException when it cannot be read or is damaged
   */
  static ImageFile open(Path path, TranslationKey key) throws IOException {
    ZipFile zip = new ZipFile(path.toFile());
    try {
      ZipEntry entry = zip.getEntry(INDEX);
      if (entry == null) {
        throw new IOException(path + " has no index of functions");
      }
      byte[] index = read(zip, entry);
      return new ImageFile(zip, readIndex(index, key, path));
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private static byte[] read(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readAllBytes();
      CRC32 crc = new CRC32();
      crc.update(bytes);
      if (crc.getValue() != entry.getCrc()) {
        throw new IOException(entry.getName() + " in " + zip.getName() + " is damaged");
      }
      return bytes;
    }
  }

  private static Index readIndex(byte[] index, TranslationKey key, Path path) throws IOException {
    try (DataInputStream in = new DataInputStream(new java.io.ByteArrayInputStream(index))) {
      if (in.readInt() != MAGIC
          || !in.readUTF().equals(key.contentHash())
          || !in.readUTF().equals(key.translator())
          || in.readLong() != key.bias()
          || !in.readUTF().equals(key.variant().name())) {
        throw new IOException(path + " is a translation of something else");
      }
      int classCount = in.readInt();
      List<Function> functions = new ArrayList<>();
      for (int c = 0; c < classCount; c++) {
        String className = in.readUTF();
        int n = in.readInt();
        for (int k = 0; k < n; k++) {
          functions.add(new Function(in.readLong(), className, in.readInt()));
        }
      }
      TreeMap<Long, Long> exactCalls = new TreeMap<>();
      for (int n = in.readInt(); n > 0; n--) {
        exactCalls.put(in.readLong(), in.readLong());
      }
      return new Index(List.copyOf(functions), Collections.unmodifiableSortedMap(exactCalls));
    }
  }

  /** Writes a translation; the caller sees to it that a partial file is never seen. */
  static void write(ZipOutputStream zip, TranslationKey key, MemoryTranslation translation)
      throws IOException {
    for (Map.Entry<String, byte[]> c : new TreeMap<>(translation.classes()).entrySet()) {
      store(zip, c.getKey().replace('.', '/') + ".class", c.getValue());
    }
    store(zip, INDEX, index(key, translation));
  }

  private static byte[] index(TranslationKey key, MemoryTranslation translation)
      throws IOException {
    Map<String, List<Function>> byClass = new TreeMap<>();
    for (Function f : translation.functions()) {
      byClass.computeIfAbsent(f.className(), name -> new ArrayList<>()).add(f);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeUTF(key.contentHash());
      out.writeUTF(key.translator());
      out.writeLong(key.bias());
      out.writeUTF(key.variant().name());
      out.writeInt(byClass.size());
      for (Map.Entry<String, List<Function>> c : byClass.entrySet()) {
        out.writeUTF(c.getKey());
        out.writeInt(c.getValue().size());
        for (Function f : c.getValue()) {
          out.writeLong(f.entry());
          out.writeInt(f.number());
        }
      }
      out.writeInt(translation.exactCalls().size());
      for (Map.Entry<Long, Long> call : translation.exactCalls().entrySet()) {
        out.writeLong(call.getKey());
        out.writeLong(call.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  @Override
  public List<Function> functions() {
    return index.functions();
  }

  @Override
  public SortedMap<Long, Long> exactCalls() {
    return index.exactCalls();
  }

  @Override
  public Set<String> classNames() {
    return zip.stream()
        .map(ZipEntry::getName)
        .filter(name -> !name.equals(INDEX))
        .map(name -> name.replaceFirst("\\.class$", "").replace('/', '.'))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public byte[] classFile(String name) {
    ZipEntry entry = zip.getEntry(name.replace('.', '/') + ".class");
    if (entry == null) {
      return null;
    }
    try {
      return read(zip, entry);
    } catch (IOException e) {
      throw new LinkageError("translation damaged: " + e.getMessage(), e);
    }
  }
}
