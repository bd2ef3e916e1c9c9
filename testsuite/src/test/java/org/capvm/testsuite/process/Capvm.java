package org.capvm.testsuite.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The {@code cvm} command of this repository. */
public final class Capvm {
  /** The ways {@code cvm run} executes instructions. */
  public enum Engine {
    TRANSLATED,
    INTERPRETER;

    String option() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The environment variable with more options for the JVM of {@code cvm}. */
  public static final String JVM_OPTIONS = "CAPVM_JVM_OPTIONS";

  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

  private Capvm() {}

  /** {@code cvm} with these arguments. */
  public static Command command(String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(REPOSITORY.resolve("cvm").toString());
    words.addAll(List.of(arguments));
    return new Command(words);
  }

  /**
   * {@code cvm run} with an engine.
   *
   * @param options more options, before the program
   * @param program the program's path and its arguments
   */
  public static Command run(Engine engine, List<String> options, List<String> program) {
    List<String> words = new ArrayList<>(command().words());
    words.addAll(List.of("run", "--engine", engine.option()));
    words.addAll(options);
    words.addAll(program);
    return new Command(words);
  }
}
