package org.capvm.intravisor.cli;

import elf4j.Logger;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.capvm.intravisor.bench.BenchmarkException;
import org.capvm.intravisor.bench.IpcSuite;
import org.capvm.intravisor.bench.IpcText;
import org.capvm.intravisor.bench.LifeSuite;
import org.capvm.intravisor.bench.Measurement;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.FileTranslations.Progress;
import org.capvm.translator.image.TranslationCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cvm bench}. */
@Command(
    name = "bench",
    description = {
      "Measure what cVMs share against what processes share: copies into CP_File and through",
      "CP_Stream against memcpy, a shared mapping, pipes and sockets of native processes.",
      "What arrives is checked; rounds are interleaved; medians are shown. Needs gcc.",
      "Or the time that a cVM takes from its making to its end, and the memory of many that wait.",
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:everything was measured",
      "1:something arrived wrong, or a compiler is missing",
      "2:the command line is wrong",
    })
final class BenchCommand implements Callable<Integer> {
  private static final Logger LOG = Logger.instance();

  /** What can be measured. */
  enum Suite {
    IPC,
    LIFE
  }

  @Option(
      names = "--suite",
      required = true,
      paramLabel = "ipc|life",
      description = "What is measured: what cVMs share, or what cVMs themselves cost.")
  private Suite suite;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often everything is measured. Default: 5.")
  private int rounds = 5;

  @Option(
      names = "--sizes",
      split = ",",
      paramLabel = "SIZE",
      converter = MemorySize.class,
      description = "Bytes of a message, multiples of 16 up to 4M. Default: 16 to 4M.")
  private List<Long> sizes = new ArrayList<>(IpcSuite.SIZES);

  @Option(
      names = "--cvms",
      paramLabel = "N",
      description = "life: how many cVMs wait together. Default: 1000.")
  private int cvms = 1000;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the results, one JSON object a line.")
  private Path json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter errors = spec.commandLine().getErr();
    if (rounds < 1) {
      throw new UserException(ExitCode.USAGE, "--rounds " + rounds + ": is not a number above 0");
    }
    if (cvms < 1) {
      throw new UserException(ExitCode.USAGE, "--cvms " + cvms + ": is not a number above 0");
    }
    for (long size : sizes) {
      if (size <= 0 || size > IpcSuite.LARGEST || size % IpcSuite.UNIT != 0) {
        throw new UserException(
            ExitCode.USAGE, "--sizes " + size + ": is not a multiple of 16 up to 4M");
      }
    }
    TranslatedEngine engine =
        new TranslatedEngine(
            new FileTranslations(TranslationCache.ofUser(), Progress.NONE),
            null,
            message -> LOG.warn(message));
    try {
      List<Measurement> results =
          switch (suite) {
            case IPC ->
                new IpcSuite(sizes, rounds, engine, step -> errors.println("bench: " + step)).run();
            case LIFE ->
                new LifeSuite(rounds, cvms, engine, step -> errors.println("bench: " + step)).run();
          };
      spec.commandLine()
          .getOut()
          .print(suite == Suite.IPC ? IpcText.of(results) : LifeSuite.text(results));
      if (json != null) {
        write(results);
      }
      return ExitCode.OK;
    } catch (BenchmarkException e) {
      throw new UserException(e.getMessage());
    }
  }

  private void write(List<Measurement> results) {
    try {
      Files.write(json, IpcSuite.published(results).map(Measurement::json).toList());
    } catch (IOException e) {
      throw new UserException(json + ": the results cannot be written: " + e.getMessage());
    }
  }
}
