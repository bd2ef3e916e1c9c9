package org.capvm.intravisor.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** Runs the ELF programs of a folder, which say by exit status 0 that they passed. */
public final class ProgramVerification {
  private static final byte[] ELF_MAGIC = {0x7f, 'E', 'L', 'F'};

  private final List<Path> programs;

  /**
   * Finds the programs: ELF files directly in the folder, by name.
   *
   * @throws VectorException when there are none
   */
  public ProgramVerification(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      programs = files.filter(ProgramVerification::isElf).sorted().toList();
    } catch (IOException e) {
      throw new VectorException(folder + ": cannot be read as a folder: " + e.getMessage());
    }
    if (programs.isEmpty()) {
      throw new VectorException(folder + " holds no ELF files");
    }
  }

  private static boolean isElf(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (var input = Files.newInputStream(file)) {
      return Arrays.equals(input.readNBytes(ELF_MAGIC.length), ELF_MAGIC);
    } catch (IOException e) {
      return false;
    }
  }

  public int size() {
    return programs.size();
  }

  /**
   * Runs every program.
   *
   * @param label of the results in the tally
   * @param runner runs one and returns its exit status
   * @param advanced is called after each program
   */
  public void run(Tally tally, String label, ToIntFunction<Path> runner, Runnable advanced) {
    for (Path program : programs) {
      int status = runner.applyAsInt(program);
      if (status == 0) {
        tally.passed(label);
      } else {
        tally.failed(label, "%s, %s: exit status %d".formatted(program, label, status));
      }
      advanced.run();
    }
  }
}
