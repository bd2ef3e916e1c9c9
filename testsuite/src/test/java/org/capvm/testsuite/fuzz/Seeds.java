package org.capvm.testsuite.fuzz;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.roots.DebianRoot;

/**
 * The programs and libraries that are mutated: small ones of our own most often, because a case
 * then takes milliseconds; of Debian's the smaller ones; seldom a static program of half a
 * megabyte.
 */
final class Seeds {
  private static final Path SOURCES = Path.of("src/test/fuzz");
  private static final Path CROSS_ROOT = Path.of("/usr/riscv64-linux-gnu");

  private static final List<String> SMALL =
      List.of(
          "-O2",
          "-nostdlib",
          "-ffreestanding",
          "-fasynchronous-unwind-tables",
          "-fno-stack-protector",
          "-Wl,--build-id=none",
          "-Wl,-z,max-page-size=4096");

  private static final List<String> LIBRARIES =
      List.of(
          "/usr/lib/riscv64-linux-gnu/liblzf.so.1.5",
          "/usr/lib/riscv64-linux-gnu/libpanelw.so.6.5",
          "/usr/lib/riscv64-linux-gnu/libanl.so.1",
          "/usr/lib/riscv64-linux-gnu/libattr.so.1.1.2502");

  private static final List<String> PROGRAMS =
      List.of("/usr/bin/tempfile", "/usr/bin/bzip2recover", "/usr/bin/zdump");

  private final List<Seed> seeds = new ArrayList<>();

  private Seeds() {}

  /** Builds our own programs into a folder and reads all. */
  static Seeds make(Path folder) throws IOException, InterruptedException {
    Seeds all = new Seeds();
    Path fixed = folder.resolve("fixed");
    compile("gcc", fixed, "tables.c", SMALL, List.of("-static", "-fno-pie", "-no-pie"));
    all.add(fixed, null, 400);
    Path relocated = folder.resolve("relocated");
    compile(
        "gcc",
        relocated,
        "tables.c",
        SMALL,
        List.of("-static-pie", "-fpie", "-Wl,--no-dynamic-linker"));
    all.seeds.add(Seed.of(relocated, null, true, 400));
    Path linked = folder.resolve("linked");
    compile("g++", linked, "linked.cpp", List.of("-O2", "-s"), List.of());
    all.add(linked, CROSS_ROOT, 60);
    Path large = folder.resolve("static-libc");
    compile("g++", large, "linked.cpp", List.of("-O1", "-static"), List.of());
    all.add(large, null, 1);
    for (String library : LIBRARIES) {
      all.add(DebianRoot.file(library), null, 40);
    }
    for (String program : PROGRAMS) {
      all.add(DebianRoot.file(program), DebianRoot.path(), 15);
    }
    return all;
  }

  private void add(Path file, Path root, int weight) throws IOException {
    seeds.add(Seed.of(file, root, false, weight));
  }

  List<Seed> all() {
    return List.copyOf(seeds);
  }

  /** Under which roots they run; none is among them. */
  Set<Optional<Path>> roots() {
    return seeds.stream().map(seed -> Optional.ofNullable(seed.root())).collect(toSet());
  }

  /** One of them, each as often as its weight says. */
  Seed choose(RandomGenerator random) {
    int left = random.nextInt(seeds.stream().mapToInt(Seed::weight).sum());
    for (Seed seed : seeds) {
      left -= seed.weight();
      if (left < 0) {
        return seed;
      }
    }
    throw new AssertionError("weights changed");
  }

  private static void compile(
      String compiler, Path program, String source, List<String> common, List<String> options)
      throws IOException, InterruptedException {
    Files.createDirectories(program.getParent());
    List<String> words = new ArrayList<>(List.of("riscv64-linux-gnu-" + compiler));
    words.addAll(common);
    words.addAll(options);
    words.addAll(List.of("-o", program.toString(), SOURCES.resolve(source).toString()));
    new Command(words).succeed();
  }
}
