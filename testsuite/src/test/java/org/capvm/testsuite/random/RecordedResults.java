package org.capvm.testsuite.random;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import org.capvm.testsuite.process.Command;

/** What qemu-riscv64 made of the programs of the first seeds: digests of their output. */
final class RecordedResults {
  private static final Path FILE = Path.of("src/test/random/qemu-results");
  private static final int SEEDS = 2000;
  private static final int SEEDS_PER_LINE = 10;
  private static final int DIGEST_BYTES = 4;

  private final List<String> digests;

  private RecordedResults(List<String> digests) {
    this.digests = digests;
  }

  static RecordedResults read() {
    try {
      return new RecordedResults(
          Files.readAllLines(FILE).stream()
              .filter(line -> !line.startsWith("#"))
              .flatMap(line -> Arrays.stream(line.split(" ")))
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether qemu was asked about a seed. */
  boolean has(long seed) {
    return seed < digests.size();
  }

  /** Whether qemu's output was this, as far as a digest can tell. */
  boolean agree(long seed, byte[] output) {
    return digests.get((int) seed).equals(digest(output));
  }

  /** Asks qemu again. */
  static void record() throws IOException, InterruptedException {
    String version = new Command(List.of("qemu-riscv64", "--version")).succeed().outputText();
    List<String> digests =
        LongStream.range(0, SEEDS)
            .parallel()
            .mapToObj(seed -> TestProgram.of(ProgramGenerator.generate(seed)))
            .map(program -> digest(Engines.qemu(program)))
            .toList();
    StringBuilder text = new StringBuilder();
    text.append(
        "# the first bytes of the SHA-256 of what the programs of seeds 0, 1... wrote, by\n");
    text.append("# ").append(version.lines().findFirst().orElseThrow()).append('\n');
    for (int i = 0; i < SEEDS; i += SEEDS_PER_LINE) {
      text.append(String.join(" ", digests.subList(i, i + SEEDS_PER_LINE))).append('\n');
    }
    Files.writeString(FILE, text);
  }

  private static String digest(byte[] output) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(output);
      return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
