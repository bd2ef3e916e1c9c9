package org.capvm.intravisor.cli;

import elf4j.Logger;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.capvm.intravisor.configuration.Configuration;
import org.capvm.intravisor.configuration.ConfigurationException;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.InterpreterEngine;
import org.capvm.intravisor.cvm.ObjectTypes;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.intravisor.deployment.Console;
import org.capvm.intravisor.deployment.Deployment;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.FileTranslations.Progress;
import org.capvm.translator.image.TranslationCache;

/** Makes deployments from configuration files, on the user's cache and the JVM's console. */
final class Deployments {
  private static final Logger LOG = Logger.instance();

  private Deployments() {}

  static Configuration read(Path file) {
    try {
      return Configuration.read(file);
    } catch (ConfigurationException e) {
      throw new UserException(e.getMessage());
    }
  }

  /**
   * The cVMs share one engine of each kind, and so the classes of the files they have in common.
   */
  static Deployment of(Configuration configuration) {
    // Not System.out, which would change bytes that are no text.
    return of(configuration, new FileOutputStream(FileDescriptor.out), System.err);
  }

  /**
   * As the other.
   *
   * @param output of the guests
   * @param errors theirs, and what is said about cVMs
   */
  static Deployment of(Configuration configuration, OutputStream output, PrintStream errors) {
    ObjectTypes types = new ObjectTypes();
    Engine interpreter = new InterpreterEngine(null, types);
    Engine translated =
        new TranslatedEngine(
            new FileTranslations(TranslationCache.ofUser(), Progress.NONE),
            null,
            message -> LOG.warn(message),
            types);
    int width = configuration.cvms().stream().mapToInt(c -> c.name().length()).max().orElse(0);
    Console console = new Console(output, errors, width);
    return new Deployment(
        configuration, plan -> plan.interpreted() ? interpreter : translated, console);
  }
}
