package org.capvm.testsuite.random;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.capvm.testsuite.process.Command;

/** What qemu-riscv64 made of the programs of some seeds: digests of their output, by seed. */
final class RecordedResults {
  private static final Path FILE = Path.of("src/test/random/qemu-results");
  private static final int SEEDS = 500;
  private static final int DIGEST_BYTES = 8;

  private RecordedResults() {}

  /** Digests by seed. */
  static Map<Long, String> read() {
    try {
      Map<Long, String> results = new LinkedHashMap<>();
      for (String line : Files.readAllLines(FILE)) {
        if (!line.startsWith("#")) {
          String[] words = line.split(" ");
          results.put(Long.parseLong(words[0]), words[1]);
        }
      }
      return results;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks qemu again. */
  static void record() throws IOException, InterruptedException {
    String version = new Command(List.of("qemu-riscv64", "--version")).succeed().outputText();
    StringBuilder text = new StringBuilder();
    text.append("# seed, and the first bytes of the SHA-256 of what the program wrote under\n");
    text.append("# ").append(version.lines().findFirst().orElseThrow()).append('\n');
    for (long seed = 0; seed < SEEDS; seed++) {
      Assembly program = ProgramAssembler.assemble(ProgramGenerator.generate(seed));
      text.append(seed).append(' ').append(digest(Engines.qemu(program))).append('\n');
    }
    Files.writeString(FILE, text);
  }

  static String digest(byte[] output) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(output);
      return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
