package org.capvm.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Kernels in pure-capability form, where every pointer is a capability with bounds, against their
 * hybrid form, where pointers are integers under DDC. Both are assembled from one source, run bare,
 * and have to compute the same.
 */
final class CapabilityKernels {
  /**
   * Nothing but loads and stores of pointers: a price, no program, and not part of the mean. A
   * pointer is twice as long as an integer, and its record is a third word that is read, compared
   * with both others, and written.
   */
  private static final String PRICE = "copy-pointers";

  /** What an ELF header says of a program with capabilities: its ABI, and its mode. */
  private enum Form {
    HYBRID(0x1_0000),
    PURE(0x3_0000);

    private static final int FLAGS_OFFSET = 0x30;

    private final int flags;

    Form(int flags) {
      this.flags = flags;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Assembles a kernel, and adds the flags, which the assembler does not know. */
    Path build(Path repository, String kernel) throws IOException, InterruptedException {
      Path target = repository.resolve("bench/target/capabilities");
      Path program = Files.createDirectories(target).resolve(kernel + "-" + label());
      List<String> command = new ArrayList<>();
      command.addAll(List.of("riscv64-linux-gnu-gcc", "-nostdlib", "-static"));
      command.addAll(List.of("-Wl,--no-relax", "-Wa,-mno-relax"));
      command.add("-I" + repository.resolve("testsuite/src/test/capability"));
      if (this == PURE) {
        command.add("-DPURE");
      }
      command.addAll(List.of("-o", program.toString()));
      command.add(sources(repository).resolve(kernel + ".S").toString());
      Execution.of(command, null);
      byte[] content = Files.readAllBytes(program);
      ByteBuffer elf = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
      elf.putInt(FLAGS_OFFSET, elf.getInt(FLAGS_OFFSET) | flags);
      return Files.write(program, content);
    }
  }

  private CapabilityKernels() {}

  static List<Report> measure(Options options, Path repository)
      throws IOException, InterruptedException {
    List<Form> forms = List.of(Form.values());
    Report report =
        new Report(
            "kernels with capabilities, warm, wall time", forms.stream().map(Form::label).toList());
    for (String kernel : Kernels.choose(options.items(), names(repository))) {
      System.err.println("bench: " + kernel);
      report.add(measure(kernel, options.rounds(), repository));
    }
    return List.of(report);
  }

  private static Report.Row measure(String kernel, int rounds, Path repository)
      throws IOException, InterruptedException {
    Map<Form, Path> programs = new EnumMap<>(Form.class);
    Map<Form, Sample> warm = new EnumMap<>(Form.class);
    Map<Form, Sample> first = new EnumMap<>(Form.class);
    for (Form form : Form.values()) {
      programs.put(form, form.build(repository, kernel));
      warm.put(form, new Sample());
      first.put(form, new Sample());
    }
    String checksum = null;
    for (int round = 0; round < rounds; round++) {
      for (Form form : Form.values()) {
        KernelRun run = run(repository, programs.get(form));
        if (checksum != null && !checksum.equals(run.checksum())) {
          throw new IOException(
              "%s, %s, computed %s, before %s"
                  .formatted(kernel, form.label(), run.checksum(), checksum));
        }
        checksum = run.checksum();
        warm.get(form).add(run.warm());
        first.get(form).add(run.first());
      }
    }
    return new Report.Row(
        kernel, !kernel.equals(PRICE), List.copyOf(warm.values()), List.copyOf(first.values()));
  }

  private static KernelRun run(Path repository, Path program)
      throws IOException, InterruptedException {
    String cvm = repository.resolve("cvm").toString();
    List<String> command = List.of(cvm, "run", "--kernel", "none", program.toString());
    String output = new String(Execution.of(command, null).output(), StandardCharsets.US_ASCII);
    return KernelRun.parse(output, KernelRun.Clock.WALL);
  }

  private static Path sources(Path repository) {
    return repository.resolve("bench/src/main/guest/capabilities");
  }

  private static List<String> names(Path repository) throws IOException {
    try (Stream<Path> list = Files.list(sources(repository))) {
      return list.map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".S"))
          .map(name -> name.substring(0, name.length() - 2))
          .sorted()
          .toList();
    }
  }
}
