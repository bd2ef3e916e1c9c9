package org.capvm.intravisor.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.CvmResult;
import org.capvm.translator.image.FileTranslations.Result;
import org.capvm.translator.image.TranslatedFile;
import org.capvm.translator.listing.BytecodeSizes;

/** What a run took and what of it was translated, as JSON. */
public final class RunReport {
  private final Map<String, Object> report = new LinkedHashMap<>();

  /** A report of a run that ended. */
  public RunReport(CvmOptions options, CvmResult result) {
    report.put("program", options.program());
    report.put("arguments", options.arguments());
    report.put("exitStatus", result.exitStatus());
    Map<String, Object> memory = new LinkedHashMap<>();
    memory.put("limitBytes", options.memory());
    memory.put("mostMappedBytes", result.mostMappedBytes());
    memory.put("processPeakResidentBytes", peakResident());
    report.put("memory", memory);
    report.put("systemCalls", result.systemCalls());
  }

  /**
   * Adds how long each phase took.
   *
   * @param startUp nanoseconds from the start of the JVM to the making of the cVM
   * @param run nanoseconds from then to the end of the program, translation included
   * @param translations what was translated meanwhile
   */
  public void addTimes(long startUp, long run, List<Result> translations) {
    long translating = translations.stream().mapToLong(Result::nanoseconds).sum();
    Map<String, Object> seconds = new LinkedHashMap<>();
    seconds.put("startUp", startUp / 1e9);
    seconds.put("translation", translating / 1e9);
    seconds.put("execution", (run - translating) / 1e9);
    seconds.put("total", (startUp + run) / 1e9);
    report.put("seconds", seconds);
  }

  /** Adds the translated files and their functions. */
  public void addTranslations(List<Result> translations) {
    report.put("translated", translations.stream().map(RunReport::translation).toList());
  }

  private static Map<String, Object> translation(Result result) {
    BytecodeSizes sizes = BytecodeSizes.of(result.file());
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("file", result.name());
    file.put("cached", result.cached());
    file.put("seconds", result.nanoseconds() / 1e9);
    file.put("loadBias", hex(result.key().bias()));
    file.put("methods", sizes.methods());
    file.put("bytecodeBytes", sizes.total());
    file.put("largestMethodBytes", sizes.largest());
    file.put("oversizedMethods", sizes.oversized());
    List<TranslatedFile.Function> functions = result.file().functions();
    file.put("functionCount", functions.size());
    file.put("functions", functions.stream().map(f -> hex(f.entry())).toList());
    return file;
  }

  /** Adds the functions that were called in the interpreter. */
  public void addInterpreted(InterpretedFunctions interpreted) {
    List<String> functions = new ArrayList<>();
    interpreted.entries().forEach(entry -> functions.add(hex(entry)));
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("functionCount", functions.size());
    section.put("functions", functions);
    report.put("interpreted", section);
  }

  /** Writes the report. */
  public void write(Path file) throws IOException {
    Files.writeString(file, Json.write(report));
  }

  /** Nanoseconds since this process started, to about 10 ms; 0 when unknown. */
  public static long sinceStart() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> Duration.between(start, Instant.now()).toNanos())
        .orElse(0L);
  }

  private static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }

  /** The most memory of the whole process that was resident, in bytes; 0 when unknown. */
  private static long peakResident() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException e) {
      // Not on Linux, or no /proc: not known.
    }
    return 0;
  }
}
