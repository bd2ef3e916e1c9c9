package org.capvm.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies a translation cache and leaves the polls of its loops out: {@code iinc n, -1; iload n;
 * iflt poll}. The translator has no switch for that, because code without polls cannot be stopped;
 * such copies exist in the benchmark's temporary folder only.
 */
final class PollRemoval {
  private int removed;

  private PollRemoval() {}

  /**
   * Copies a folder of translations.
   *
   * @throws IOException also when there is no poll in any of them
   */
  static void copy(Path from, Path to) throws IOException {
    PollRemoval removal = new PollRemoval();
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(file -> file.toString().endsWith(".cvm")).toList();
    }
    for (Path file : files) {
      Path copy = to.resolve(from.relativize(file));
      Files.createDirectories(copy.getParent());
      removal.copyFile(file, copy);
    }
    if (removal.removed == 0) {
      throw new IOException("no polls in the translations of " + from);
    }
  }

  private void copyFile(Path from, Path to) throws IOException {
    try (ZipFile in = new ZipFile(from.toFile());
        OutputStream file = Files.newOutputStream(to);
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (ZipEntry entry : Collections.list(in.entries())) {
        byte[] content;
        try (InputStream stream = in.getInputStream(entry)) {
          content = stream.readAllBytes();
        }
        if (entry.getName().endsWith(".class")) {
          content = withoutPolls(content);
        }
        store(out, entry.getName(), content);
      }
    }
  }

  private static void store(ZipOutputStream out, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    out.putNextEntry(entry);
    out.write(content);
    out.closeEntry();
  }

  private byte[] withoutPolls(byte[] content) {
    ClassFile classes = ClassFile.of();
    return classes.transformClass(
        classes.parse(content),
        ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(Filter::new)));
  }

  /** Holds back what may be the start of a poll. */
  private final class Filter implements CodeTransform {
    private final List<CodeElement> held = new ArrayList<>(2);
    private int counter;

    @Override
    public void accept(CodeBuilder builder, CodeElement element) {
      if (held.isEmpty()
          && element instanceof IncrementInstruction count
          && count.constant() == -1) {
        counter = count.slot();
        held.add(element);
      } else if (held.size() == 1
          && element instanceof LoadInstruction load
          && load.slot() == counter) {
        held.add(element);
      } else if (held.size() == 2
          && element instanceof BranchInstruction branch
          && branch.opcode() == Opcode.IFLT) {
        held.clear();
        removed++;
      } else {
        atEnd(builder);
        builder.with(element);
      }
    }

    @Override
    public void atEnd(CodeBuilder builder) {
      held.forEach(builder::with);
      held.clear();
    }
  }
}
