package org.capvm.testsuite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** {@code cvm translate --check} finds what somebody did to the cache. */
class TranslateCheckTest {
  private static final int FAILED = 1;

  @TempDir Path folder;
  private Cvm cvm;
  private Path image;

  @BeforeEach
  void fillTheCache() throws Exception {
    cvm = new Cvm(folder.resolve("cache"));
    image = folder.resolve("image");
    cvm.command("translate", "--check", Cvm.HELLO, "-o", image).succeed();
    Files.delete(image);
  }

  @Test
  void saysWhatItChecked() throws Exception {
    String output =
        cvm.command("translate", "--check", Cvm.HELLO, "-o", image).succeed().outputText();
    assertTrue(output.contains(" classes checked in "), output);
    assertTrue(Files.exists(image));
  }

  @Test
  void aClassThatDoesMoreIsRejected() throws Exception {
    tamper((name, content) -> name.endsWith("Code0.class") ? exiting(content) : content);
    rejects("calls java/lang/System.exit(I)V");
  }

  @Test
  void aClassThatNoFunctionIsInIsRejected() throws Exception {
    Path kept = translation();
    Map<String, byte[]> entries = read(kept);
    Map.Entry<String, byte[]> first =
        entries.entrySet().stream()
            .filter(e -> e.getKey().endsWith("Code0.class"))
            .findFirst()
            .orElseThrow();
    entries.put(first.getKey().replace("Code0", "More"), exiting(first.getValue()));
    write(kept, entries);
    rejects("calls java/lang/System.exit(I)V");
  }

  @Test
  void anEntryThatIsNoClassIsRejected() throws Exception {
    Path kept = translation();
    Map<String, byte[]> entries = read(kept);
    entries.put("guest/more", new byte[100]);
    write(kept, entries);
    rejects("guest.more: is no class");
  }

  private void rejects(String why) throws InterruptedException {
    cvm.fails(FAILED, " is rejected: ", "translate", "--check", Cvm.HELLO, "-o", image);
    cvm.fails(FAILED, why, "translate", "--check", Cvm.HELLO, "-o", image);
    assertTrue(Files.notExists(image));
  }

  private interface Change {
    byte[] of(String name, byte[] content);
  }

  private void tamper(Change change) throws IOException {
    Path kept = translation();
    Map<String, byte[]> entries = read(kept);
    entries.replaceAll(change::of);
    write(kept, entries);
  }

  /** One of the files of the cache. */
  private Path translation() throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("cache"))) {
      Path[] kept =
          all.filter(p -> p.toString().endsWith(".cvm"))
              .sorted((a, b) -> Long.compare(b.toFile().length(), a.toFile().length()))
              .toArray(Path[]::new);
      assertEquals(2, kept.length, "the program and the vDSO");
      return kept[0];
    }
  }

  private static Map<String, byte[]> read(Path zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : file.stream().toList()) {
        entries.put(entry.getName(), file.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  private static void write(Path zip, Map<String, byte[]> entries) throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        CRC32 crc = new CRC32();
        crc.update(each.getValue());
        ZipEntry entry = new ZipEntry(each.getKey());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(each.getValue().length);
        entry.setCrc(crc.getValue());
        out.putNextEntry(entry);
        out.write(each.getValue());
      }
    }
  }

  /** A class whose static methods end the JVM. */
  private static byte[] exiting(byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor mv = super.visitMethod(access, name, descriptor, signature, exceptions);
            return new MethodVisitor(Opcodes.ASM9, mv) {
              @Override
              public void visitCode() {
                super.visitCode();
                visitInsn(Opcodes.ICONST_0);
                visitMethodInsn(Opcodes.INVOKESTATIC, "java/lang/System", "exit", "(I)V", false);
              }
            };
          }
        },
        0);
    return writer.toByteArray();
  }
}
