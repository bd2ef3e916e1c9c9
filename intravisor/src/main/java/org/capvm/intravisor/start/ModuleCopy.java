package org.capvm.intravisor.start;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies modular jars and brings class files of before Java 6 up to date. The JVM keeps no linked
 * class of such a version in its ahead-of-time cache, because its verifier for them loads classes;
 * picocli and ASM are made of them. With the copies {@code cvm version} takes 0.11 s instead of
 * 0.19 s, and a small program 0.26 s instead of 0.32 s.
 */
public final class ModuleCopy {
  /** Of Java 11, which knows all that older class files hold. */
  private static final int VERSION = ClassFile.JAVA_11_VERSION;

  private static final ClassTransform UPDATE =
      ((ClassTransform)
              (builder, element) -> {
                if (element instanceof ClassFileVersion) {
                  builder.withVersion(VERSION, 0);
                } else {
                  builder.with(element);
                }
              })
          .andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL));

  private final List<ZipFile> jars;
  private final ClassFile classes;

  private ModuleCopy(List<ZipFile> jars) {
    this.jars = jars;
    this.classes =
        ClassFile.of(
            StackMapsOption.GENERATE_STACK_MAPS,
            ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(this::resource)
                    .orElse(ClassHierarchyResolver.defaultResolver())
                    .cached()));
  }

  /**
   * Copies all jars of one folder to another.
   *
   * @param folders from and to
   */
  public static void main(String[] folders) throws IOException {
    List<ZipFile> jars = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(folders[0]), "*.jar")) {
      for (Path file : files) {
        jars.add(new ZipFile(file.toFile()));
      }
      ModuleCopy copy = new ModuleCopy(jars);
      for (ZipFile jar : jars) {
        copy.copy(jar, Path.of(folders[1]).resolve(Path.of(jar.getName()).getFileName()));
      }
    } finally {
      for (ZipFile jar : jars) {
        jar.close();
      }
    }
  }

  private void copy(ZipFile from, Path to) throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
      for (ZipEntry entry : Collections.list(from.entries())) {
        byte[] content = read(from, entry);
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(entry.getName().endsWith(".class") ? upToDate(content) : content);
        out.closeEntry();
      }
    }
  }

  private byte[] upToDate(byte[] content) {
    ClassModel model = classes.parse(content);
    return model.majorVersion() < ClassFile.JAVA_6_VERSION
        ? classes.transformClass(model, UPDATE)
        : content;
  }

  /** The class file of a class of the jars; null when it is not there. */
  private InputStream resource(ClassDesc type) {
    String descriptor = type.descriptorString();
    String name = descriptor.substring(1, descriptor.length() - 1) + ".class";
    try {
      for (ZipFile jar : jars) {
        ZipEntry entry = jar.getEntry(name);
        if (entry != null) {
          return jar.getInputStream(entry);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return null;
  }

  private static byte[] read(ZipFile jar, ZipEntry entry) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }
}
