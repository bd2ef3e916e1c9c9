package org.capvm.testsuite.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A good program or library.
 *
 * @param name for reports
 * @param content the file
 * @param root under which it runs, or null when it runs without
 * @param handlesFaults whether it is a program that handles SIGSEGV and SIGBUS
 * @param weight how often it is taken, next to others
 * @param parts where its parts lie
 */
record Seed(
    String name,
    byte[] content,
    Path root,
    boolean handlesFaults,
    int weight,
    Map<ElfPart, List<ElfPart.Range>> parts) {

  static Seed of(Path file, Path root, boolean handlesFaults, int weight) throws IOException {
    byte[] content = Files.readAllBytes(file);
    return new Seed(
        file.getFileName().toString(), content, root, handlesFaults, weight, ElfPart.of(content));
  }
}
