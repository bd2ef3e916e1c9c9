package org.capvm.testsuite.instructions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Records what qemu-riscv64 makes of the programs; {@code testsuite/recorded/instructions/record}
 * starts it.
 */
final class Recorder {
  private Recorder() {}

  /**
   * Records everything.
   *
   * @param arguments the source of the harness and the folder of the recordings
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 2) {
      System.err.println("usage: Recorder HARNESS.C FOLDER");
      System.exit(2);
    }
    Path work = Files.createTempDirectory("recorder");
    try {
      record(new Toolchain(work), Path.of(arguments[0]), Path.of(arguments[1]));
    } finally {
      try (Stream<Path> files = Files.list(work)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(work);
    }
  }

  private static void record(Toolchain tools, Path source, Path folder)
      throws IOException, InterruptedException {
    String version = tools.emulatorVersion();
    Path harness = tools.harness(source);
    Files.createDirectories(folder);
    for (RecordingFile file : RecordingFile.values()) {
      List<Program> programs = file.programs();
      List<byte[]> code =
          tools.assemble(
              programs.stream().map(Program::assembly).toList(), file == RecordingFile.COMPRESSED);
      List<List<long[]>> states = programs.stream().map(Program::states).toList();
      ByteBuffer results = tools.execute(harness, code, states);
      List<Recording> recordings = new ArrayList<>();
      for (int i = 0; i < programs.size(); i++) {
        List<Recording.Case> cases = new ArrayList<>();
        for (long[] before : states.get(i)) {
          long[] after = new long[State.SIZE];
          for (int j = 0; j < State.SIZE; j++) {
            after[j] = results.getLong();
          }
          cases.add(new Recording.Case(before, after));
        }
        recordings.add(Recording.of(programs.get(i), code.get(i), cases));
      }
      file.write(folder, "Recorded by " + version, recordings);
      System.out.printf(
          "%s: %d programs, %d cases, %d bytes%n",
          file.fileName(),
          recordings.size(),
          states.stream().mapToInt(List::size).sum(),
          Files.size(folder.resolve(file.fileName())));
    }
  }
}
