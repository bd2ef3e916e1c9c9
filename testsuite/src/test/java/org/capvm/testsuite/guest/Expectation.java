package org.capvm.testsuite.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;

/** What a guest program does: its exit status and its standard output. */
record Expectation(int status, String output) {

  static Expectation read(GuestSource source) {
    try {
      String[] parts = Files.readString(source.expectation()).split("\n", 2);
      return new Expectation(Integer.parseInt(parts[0]), parts[1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Expectation of(Outcome outcome) {
    return new Expectation(outcome.status(), outcome.outputText());
  }

  /** Asks qemu. */
  static Expectation record(GuestSource source) throws InterruptedException {
    List<String> words = new ArrayList<>(List.of("qemu-riscv64"));
    words.addAll(List.of("-L", CrossCompiler.ROOT.toString()));
    for (String variable : source.words("environment")) {
      words.addAll(List.of("-E", variable));
    }
    words.add(CrossCompiler.build(source).toString());
    words.addAll(source.words("arguments"));
    return of(new Command(words).run());
  }

  void write(GuestSource source) {
    try {
      Files.writeString(source.expectation(), status + "\n" + output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compares, and shows the standard error of a program that went wrong. */
  void check(Outcome outcome) {
    assertEquals(this, of(outcome), outcome::errorText);
  }
}
