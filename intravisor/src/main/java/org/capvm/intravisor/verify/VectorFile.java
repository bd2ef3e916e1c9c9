package org.capvm.intravisor.verify;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The cases of a vector file, in its order.
 *
 * @param name for messages
 */
record VectorFile(String name, List<VectorCase> cases) {
  private static final int GZIP_MAGIC = 0x1f;

  /**
   * Reads a file, compressed with gzip or not.
   *
   * @throws VectorException naming the line that is no case
   */
  static VectorFile read(String name, InputStream input) {
    List<VectorCase> cases = new ArrayList<>();
    int number = 0;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(uncompressed(input), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank() && !line.startsWith("#")) {
          cases.add(VectorCase.parse(line));
        }
      }
    } catch (IllegalArgumentException e) {
      throw new VectorException(
          "%s, line %d is not a vector case: %s".formatted(name, number, e.getMessage()));
    } catch (IOException e) {
      throw new VectorException(
          "cannot read %s after line %d: %s".formatted(name, number, e.getMessage()));
    }
    if (cases.isEmpty()) {
      throw new VectorException(name + " has no cases");
    }
    return new VectorFile(name, cases);
  }

  private static InputStream uncompressed(InputStream input) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(input);
    buffered.mark(1);
    int first = buffered.read();
    buffered.reset();
    return first == GZIP_MAGIC ? new GZIPInputStream(buffered) : buffered;
  }

  /** Whether its cases name the quirks that they depend on. */
  boolean namesQuirks() {
    return cases.stream().anyMatch(c -> !c.quirks().isEmpty());
  }
}
