package org.capvm.testsuite.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * A known fault: the n-th instruction of a method that an operator is for, changed by it.
 *
 * @param owner internal name of the class below {@code org/capvm}
 * @param method its name; all of that name count as one
 * @param finder the suite that finds it first, which is therefore asked first
 */
record Fault(String owner, String method, Operator operator, int number, Suite finder) {
  private static final Path FILE = Path.of("src/test/faults/faults");

  /** All known faults: {@code class method operator number finder} a line, comments with #. */
  static List<Fault> known() {
    try {
      List<Fault> faults = new ArrayList<>();
      for (String line : Files.readAllLines(FILE)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] words = line.strip().split(" +");
          faults.add(
              new Fault(
                  words[0],
                  words[1],
                  Operator.valueOf(words[2]),
                  Integer.parseInt(words[3]),
                  Suite.valueOf(words[4])));
        }
      }
      return faults;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the class with the fault in it below a folder of the class path. */
  void plant(Path folder) {
    ClassNode node = new ClassNode();
    new ClassReader(original(owner)).accept(node, ClassReader.EXPAND_FRAMES);
    int left = number;
    for (MethodNode m : node.methods) {
      for (AbstractInsnNode i : m.instructions.toArray()) {
        if (m.name.equals(method) && operator.isFor(i) && left-- == 0) {
          operator.change(m, i);
          write(node, folder);
          return;
        }
      }
    }
    throw new IllegalArgumentException("nothing to change for " + this);
  }

  private void write(ClassNode node, Path folder) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    node.accept(writer);
    Path file = folder.resolve("org/capvm/" + owner + ".class");
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, writer.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] original(String owner) {
    try (InputStream in = Fault.class.getResourceAsStream("/org/capvm/" + owner + ".class")) {
      if (in == null) {
        throw new IllegalArgumentException("there is no class " + owner);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All faults that can be planted in the methods of a class, but for constructors. */
  static List<Fault> of(String owner) {
    ClassNode node = new ClassNode();
    new ClassReader(original(owner)).accept(node, 0);
    List<Fault> all = new ArrayList<>();
    for (String method :
        node.methods.stream()
            .filter(m -> (m.access & Opcodes.ACC_SYNTHETIC) == 0 && !m.name.startsWith("<"))
            .map(m -> m.name)
            .distinct()
            .toList()) {
      for (Operator operator : Operator.values()) {
        long count =
            node.methods.stream()
                .filter(m -> m.name.equals(method))
                .flatMap(m -> List.of(m.instructions.toArray()).stream())
                .filter(operator::isFor)
                .count();
        for (int n = 0; n < count; n++) {
          all.add(new Fault(owner, method, operator, n, Suite.values()[0]));
        }
      }
    }
    return all;
  }

  @Override
  public String toString() {
    return owner + " " + method + " " + operator + " " + number;
  }
}
