package org.capvm.intravisor.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.capvm.runtime.capability.Dialect;

/** Runs the cases of vector files and compares with what the reference emulator did. */
public final class VectorVerification {
  private final VectorFile file;
  private final Dialect dialect;

  private VectorVerification(VectorFile file, Dialect dialect) {
    this.file = file;
    this.dialect = dialect;
  }

  /**
   * Reads a file, compressed with gzip or not.
   *
   * @throws VectorException when it cannot be read or a line is no case
   */
  public static VectorVerification of(Path path, Dialect dialect) {
    try (InputStream input = Files.newInputStream(path)) {
      return new VectorVerification(VectorFile.read(path.toString(), input), dialect);
    } catch (IOException e) {
      throw new VectorException(path + ": cannot be read: " + e.getMessage());
    }
  }

  /** The reference cases that come with Capvm. */
  public static VectorVerification ofOwn(Dialect dialect) {
    String name =
        switch (dialect) {
          case XCHERI_V9 -> "xcheri-v9.txt.gz";
          case XCHERI_V8 -> "xcheri-v8.txt.gz";
        };
    try (InputStream input = VectorVerification.class.getResourceAsStream(name)) {
      return new VectorVerification(VectorFile.read(name, input), dialect);
    } catch (IOException e) {
      throw new VectorException(name + ": cannot be read: " + e.getMessage());
    }
  }

  public String name() {
    return file.name();
  }

  public int size() {
    return file.cases().size();
  }

  /**
   * Runs every case on one engine.
   *
   * @param advanced is called after each case
   */
  public void run(Tally tally, VectorEngine engine, Runnable advanced) {
    boolean named = file.namesQuirks();
    List<VectorCase> runnable = file.cases().stream().filter(c -> LeftOut.of(c) == null).toList();
    try (VectorMachine machine = new VectorMachine(dialect, engine, runnable)) {
      for (VectorCase c : file.cases()) {
        LeftOut leftOut = LeftOut.of(c);
        if (leftOut != null) {
          tally.skipped(c.label(), leftOut.reason());
        } else {
          judge(tally, c, engine, machine.run(c), named);
        }
        advanced.run();
      }
    }
  }

  private static void judge(
      Tally tally, VectorCase c, VectorEngine engine, Set<String> got, boolean named) {
    if (got.equals(c.expected())) {
      tally.passed(c.label());
      return;
    }
    EmulatorQuirk quirk = EmulatorQuirk.of(c, got, named);
    if (quirk != null) {
      tally.skipped(c.label(), quirk.quirk() + ": " + quirk.decision());
    } else {
      tally.failed(
          c.label(),
          "case %s %s, %s%n  expected %s%n  got      %s"
              .formatted(
                  c.id(),
                  c.label(),
                  engine.name().toLowerCase(Locale.ROOT),
                  String.join(" ", c.expected()),
                  String.join(" ", got)));
    }
  }
}
