package org.capvm.testsuite.process;

import java.nio.charset.StandardCharsets;

/**
 * How a process ended and what it said.
 *
 * @param status the exit status, 128 + n for signal n
 * @param output its standard output
 * @param errors its standard error
 */
public record Outcome(int status, byte[] output, byte[] errors) {
  public String outputText() {
    return new String(output, StandardCharsets.UTF_8);
  }

  public String errorText() {
    return new String(errors, StandardCharsets.UTF_8);
  }
}
