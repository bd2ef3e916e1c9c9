package org.capvm.testsuite.fuzz.guided;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.capvm.intravisor.configuration.Configuration;
import org.capvm.intravisor.configuration.ConfigurationException;
import org.capvm.intravisor.verify.VectorException;
import org.capvm.intravisor.verify.VectorVerification;
import org.capvm.runtime.capability.Dialect;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;

/** Readers of files: each reads one, or refuses it by one line that names it. */
final class FileReaders {
  private static final String NAME = "input";

  private FileReaders() {}

  static void elf(byte[] input) {
    try {
      Discovery.discover(ElfImage.read(input, NAME));
    } catch (ElfException e) {
      check(e.getMessage(), NAME);
    }
  }

  static void configuration(byte[] input) throws IOException {
    Path file = write(input);
    try {
      Configuration.read(file);
    } catch (ConfigurationException e) {
      check(e.getMessage(), file.toString());
    } finally {
      Files.delete(file);
    }
  }

  static void vectors(byte[] input) throws IOException {
    Path file = write(input);
    try {
      for (Dialect dialect : Dialect.values()) {
        VectorVerification.of(file, dialect);
      }
    } catch (VectorException e) {
      check(e.getMessage(), file.toString());
    } finally {
      Files.delete(file);
    }
  }

  private static Path write(byte[] input) throws IOException {
    return Files.write(Files.createTempFile("guided", "." + NAME), input);
  }

  private static void check(String message, String name) {
    if (!message.contains(name) || message.lines().count() != 1 || message.contains("Exception")) {
      throw new AssertionError("message: " + message);
    }
  }
}
