package org.capvm.testsuite.fuzz;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Makes command lines: right ones, and what is left of them after random changes. */
final class CommandLineGenerator {
  private static final List<String> OPTIONS =
      List.of(
          "--root",
          "--kernel",
          "--engine",
          "--memory",
          "--env",
          "--workdir",
          "--volume",
          "--strace",
          "--report",
          "--time-limit",
          "-o",
          "--check",
          "--function",
          "--vectors",
          "--isa",
          "--elf",
          "--help",
          "-h",
          "--version",
          "--nonsense",
          "-x",
          "-",
          "--",
          "---",
          "--memory=",
          "--=",
          "--engine=both");

  private static final List<String> WORDS =
      List.of(
          "run",
          "translate",
          "inspect",
          "disasm",
          "cache",
          "verify",
          "version",
          "completion",
          "man",
          "help",
          "show",
          "clean",
          "none",
          "host",
          "translated",
          "interpreter",
          "both",
          "xcheri-v8",
          "bash",
          "PROGRAM",
          "FOLDER",
          "MISSING",
          "/",
          "",
          " ",
          ".",
          "..",
          "/dev/null",
          "/dev/full",
          "/proc/self/mem",
          "a=b",
          "=",
          "=b",
          "a",
          "FOLDER:/v",
          "FOLDER:/v:rw",
          ":/v",
          "FOLDER:",
          "FOLDER:v",
          "FOLDER:/v:ro",
          "::",
          "0",
          "1",
          "-1",
          "4K",
          "64M",
          "64m",
          "64MiB",
          "1G",
          "999999999G",
          "18446744073709551616",
          "9223372036854775807",
          "0x1000",
          "1e3",
          "1e400",
          "NaN",
          "Infinity",
          "-0.0",
          "0.5",
          "4096",
          "4097",
          "\u00e4\ud83d\ude00",
          "\n",
          "%s%n",
          "@FOLDER",
          "${env:PATH}",
          "'",
          "\"",
          "*",
          "_start",
          "0x10000",
          "10000",
          "-0x1");

  private static final List<List<String>> GOOD =
      List.of(
          List.of("run", "PROGRAM"),
          List.of("run", "--engine", "interpreter", "--memory", "64M", "PROGRAM", "a", "b"),
          List.of("run", "--volume", "FOLDER:/v:rw", "--workdir", "/v", "PROGRAM"),
          List.of("run", "--report", "FOLDER/report.json", "--env", "A=B", "PROGRAM"),
          List.of("run", "--root", "FOLDER", "--time-limit", "5", "/hello"),
          List.of("run", "--kernel", "none", "PROGRAM"),
          List.of("translate", "-o", "FOLDER/image.cvm", "--check", "PROGRAM"),
          List.of("inspect", "PROGRAM"),
          List.of("disasm", "--function", "_start", "PROGRAM"),
          List.of("cache", "show"),
          List.of("cache", "clean-all"),
          List.of("verify", "--elf", "FOLDER/empty", "--engine", "both"),
          List.of("verify", "--vectors", "MISSING", "--isa", "xcheri-v8"),
          List.of("version"),
          List.of("completion", "bash"),
          List.of("man", "run"),
          List.of("help", "run"),
          List.of());

  private static final int MOST_CHANGES = 4;

  private final RandomGenerator random;

  private CommandLineGenerator(long number) {
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(number);
  }

  /** The commands that are tried. */
  static Set<String> commands() {
    return GOOD.stream().filter(words -> !words.isEmpty()).map(List::getFirst).collect(toSet());
  }

  /** The command line of a number, with names in place of paths. */
  static List<String> make(long number) {
    return new CommandLineGenerator(number).make();
  }

  private List<String> make() {
    List<String> words = new ArrayList<>(choose(GOOD));
    int changes = random.nextInt(MOST_CHANGES + 1);
    for (int i = 0; i < changes; i++) {
      change(words);
    }
    // Without a choice of its own, verify runs a quarter of a million cases.
    boolean verifies = words.contains("verify");
    boolean chooses = words.contains("--elf") || words.contains("--vectors");
    if (verifies && !chooses) {
      words.addAll(List.of("--elf", "FOLDER/empty"));
    }
    // Without a kernel, a program never hears that it has ended.
    if (words.contains("run") && words.stream().anyMatch(word -> word.endsWith("none"))) {
      words.addAll(1, List.of("--time-limit", "0.5"));
    }
    return words;
  }

  private void change(List<String> words) {
    int at = random.nextInt(words.size() + 1);
    int old = words.isEmpty() ? -1 : random.nextInt(words.size());
    switch (random.nextInt(7)) {
      case 0 -> words.add(at, choose(OPTIONS));
      case 1 -> words.add(at, choose(WORDS));
      case 2 -> words.addAll(at, List.of(choose(OPTIONS), choose(WORDS)));
      case 3 -> words.add(at, choose(OPTIONS) + "=" + choose(WORDS));
      case 4 -> {
        if (old >= 0) {
          words.remove(old);
        }
      }
      case 5 -> {
        if (old >= 0) {
          words.set(old, choose(WORDS));
        }
      }
      default -> {
        if (old >= 0) {
          words.set(old, damage(words.get(old)));
        }
      }
    }
  }

  private String damage(String word) {
    int at = random.nextInt(word.length() + 1);
    String rest = word.substring(Math.min(at + random.nextInt(2), word.length()));
    return word.substring(0, at) + (char) random.nextInt(32, 127) + rest;
  }

  private <T> T choose(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
