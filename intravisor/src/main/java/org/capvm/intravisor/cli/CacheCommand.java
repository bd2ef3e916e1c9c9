package org.capvm.intravisor.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.capvm.translator.image.TranslationCache;
import org.capvm.translator.image.TranslationCache.Entry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cvm cache}. */
@Command(
    name = "cache",
    description = {
      "Show or clean the cache of translations. 'show' lists what is kept; 'clean' removes what",
      "this version would not use any more; 'clean-all' removes everything.",
    })
final class CacheCommand implements Callable<Integer> {
  /** What to do with the cache. */
  enum Action {
    SHOW("show"),
    CLEAN("clean"),
    CLEAN_ALL("clean-all");

    private final String word;

    Action(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "show|clean|clean-all",
      description = "What to do. Default: show.")
  private Action action = Action.SHOW;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    TranslationCache cache = TranslationCache.ofUser();
    try {
      switch (action) {
        case SHOW -> show(cache);
        case CLEAN -> clean(cache, false);
        case CLEAN_ALL -> clean(cache, true);
      }
    } catch (IOException e) {
      throw new UserException(cache.folder() + ": cannot be read or changed: " + e.getMessage());
    }
    return ExitCode.OK;
  }

  private void show(TranslationCache cache) throws IOException {
    var out = spec.commandLine().getOut();
    List<Entry> entries = cache.entries();
    long total = 0;
    for (Entry entry : entries) {
      total += entry.size();
      out.printf(
          "%,14d bytes  %s%s%n",
          entry.size(),
          entry.path().getFileName(),
          entry.current() ? "" : "  (of another version)");
    }
    out.printf("%,14d bytes in %,d translations in %s%n", total, entries.size(), cache.folder());
  }

  private void clean(TranslationCache cache, boolean all) throws IOException {
    spec.commandLine()
        .getOut()
        .printf("%,d translations removed from %s%n", cache.clean(all), cache.folder());
  }
}
