package org.capvm.testsuite.instructions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The cross compiler and the emulator, which only recording needs. */
final class Toolchain {
  private static final String GCC = "riscv64-linux-gnu-gcc";
  private static final String OBJCOPY = "riscv64-linux-gnu-objcopy";
  private static final String QEMU = "qemu-riscv64";

  /** RV64GC: the emulator's default has the bit manipulation extensions too. */
  private static final String CPU = "rv64,zba=false,zbb=false,zbc=false,zbs=false";

  /** Distance of the pieces of code in the assembled file, and their largest size. */
  private static final int STRIDE = 64;

  private final Path work;

  Toolchain(Path work) {
    this.work = work;
  }

  /** The first line of what the emulator says about itself. */
  String emulatorVersion() throws IOException, InterruptedException {
    Path out = work.resolve("version");
    run(null, out, QEMU, "--version");
    return Files.readAllLines(out).getFirst();
  }

  /** Builds the harness; its path. */
  Path harness(Path source) throws IOException, InterruptedException {
    Path program = work.resolve("harness");
    run(
        null,
        null,
        (GCC
                + " -march=rv64gc -mabi=lp64d -O1 -Wall -Wextra -Werror -static -nostdlib"
                + " -ffreestanding -fno-builtin -mno-relax -Wl,--no-relax -Wl,--build-id=none -o "
                + program
                + " "
                + source)
            .split(" ", -1));
    return program;
  }

  /** Assembles each text, with a return behind it. */
  List<byte[]> assemble(List<String> texts, boolean compressed)
      throws IOException, InterruptedException {
    StringBuilder source = new StringBuilder();
    StringBuilder lengths = new StringBuilder(".section .lengths, \"a\"\n");
    source.append(".option norelax\n.option ").append(compressed ? "rvc" : "norvc").append("\n");
    for (int i = 0; i < texts.size(); i++) {
      source.append(".balign %d\np%d:\n%s\nret\ne%d:\n".formatted(STRIDE, i, texts.get(i), i));
      lengths.append(".4byte e%d - p%d\n".formatted(i, i));
    }
    Path file = work.resolve("code.s");
    Path object = work.resolve("code");
    Files.writeString(file, source.toString() + lengths);
    // Linked, because the assembler leaves differences between sections to the linker.
    run(
        null,
        null,
        (GCC
                + " -march=rv64gc -static -nostdlib -Wl,--no-relax -Wl,-e,0 -Wl,--build-id=none -o "
                + object
                + " "
                + file)
            .split(" ", -1));
    ByteBuffer code = section(object, ".text");
    ByteBuffer length = section(object, ".lengths");
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (length.getInt(4 * i) > STRIDE) {
        throw new IOException("longer than the harness allows: " + texts.get(i));
      }
      byte[] bytes = new byte[length.getInt(4 * i)];
      code.get(i * STRIDE, bytes);
      all.add(bytes);
    }
    return all;
  }

  private ByteBuffer section(Path object, String name) throws IOException, InterruptedException {
    Path out = work.resolve("section");
    run(null, null, OBJCOPY, "-O", "binary", "-j", name, object.toString(), out.toString());
    return ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Runs the harness on pieces of code and their states; the states it leaves behind. */
  ByteBuffer execute(Path harness, List<byte[]> code, List<List<long[]>> states)
      throws IOException, InterruptedException {
    int cases = states.stream().mapToInt(List::size).sum();
    ByteBuffer in =
        ByteBuffer.allocate(code.size() * (8 + STRIDE) + cases * 8 * State.SIZE)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < code.size(); i++) {
      in.putInt(code.get(i).length).putInt(states.get(i).size());
      in.put(code.get(i)).put(new byte[STRIDE - code.get(i).length]);
      for (long[] state : states.get(i)) {
        for (long value : state) {
          in.putLong(value);
        }
      }
    }
    Path input = work.resolve("input");
    Path output = work.resolve("output");
    Files.write(input, in.array());
    run(input, output, QEMU, "-cpu", CPU, harness.toString());
    byte[] result = Files.readAllBytes(output);
    if (result.length != cases * 8 * State.SIZE) {
      throw new IOException("the harness answered %d bytes".formatted(result.length));
    }
    return ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void run(Path input, Path output, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.redirectInput(input == null ? Path.of("/dev/null").toFile() : input.toFile());
    builder.redirectOutput(
        output == null
            ? ProcessBuilder.Redirect.INHERIT
            : ProcessBuilder.Redirect.to(output.toFile()));
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new IOException(
          "cannot run "
              + command[0]
              + "; recording needs Debian's packages gcc-riscv64-linux-gnu and qemu-user",
          e);
    }
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException(command[0] + " ended with status " + status);
    }
  }
}
