package org.capvm.intravisor.embedding;

import elf4j.Logger;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.InterpreterEngine;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.FileTranslations.Progress;
import org.capvm.translator.image.TranslationCache;

/** The engines of all cVMs that a Java program embeds: they share translated classes. */
final class Engines {
  private static final Logger LOG = Logger.instance();

  private static final Engine INTERPRETER = new InterpreterEngine(null);

  private static final Engine TRANSLATED =
      new TranslatedEngine(
          new FileTranslations(TranslationCache.ofUser(), Progress.NONE),
          null,
          message -> LOG.warn(message));

  private Engines() {}

  static Engine of(boolean interpreted) {
    return interpreted ? INTERPRETER : TRANSLATED;
  }
}
