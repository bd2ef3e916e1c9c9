package org.capvm.intravisor.configuration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.capvm.intravisor.configuration.CvmPlan.Pause;
import org.capvm.intravisor.cvm.ByteSize;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.Disk;
import org.capvm.intravisor.cvm.GuestEnvironment;
import org.capvm.intravisor.cvm.KernelKind;
import org.capvm.intravisor.cvm.Limits;
import org.capvm.intravisor.cvm.Volume;
import org.capvm.runtime.capability.Dialect;

/** Reads one cVM of a configuration. */
final class CvmReader {
  static final String NOT_YET =
      "is a key of the original Intravisor that this version of Capvm cannot honour yet";

  static final List<String> KEYS =
      List.of(
          "name",
          "program",
          "args",
          "root",
          "env",
          "workdir",
          "volumes",
          "memory",
          "kernel",
          "engine",
          "time-limit",
          "ulimits",
          "disk",
          "wait",
          "outer",
          "callback_out",
          "callback_in",
          "isolation");

  /** Of the original's, those that need a library kernel. */
  private static final List<String> ORIGINAL_KEYS = List.of("runtime", "net", "clean_room");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");

  private final Path folder;

  /**
   * @param folder what host paths are relative to
   */
  CvmReader(Path folder) {
    this.folder = folder;
  }

  CvmPlan read(YamlValue value, NestingKeys nesting) throws ConfigurationException {
    YamlMapping cvm = value.mapping("a cVM");
    for (String key : ORIGINAL_KEYS) {
      cvm.refuse(key, NOT_YET);
    }
    cvm.allowOnly(KEYS);
    String name = name(cvm.require("name", "a cVM"));
    YamlValue program = cvm.require("program", "cVM '" + name + "'");
    Optional<Path> root = Optional.empty();
    if (cvm.find("root").isPresent()) {
      root = Optional.of(folder(cvm.find("root").get()));
    }
    String path = program.text("'program'");
    CvmOptions options =
        new CvmOptions(
            root.isPresent() ? path : folder.resolve(inHome(path)).toString(),
            arguments(cvm),
            environment(cvm),
            root,
            volumes(cvm),
            memory(cvm, nesting),
            find(cvm, "workdir", Function.identity()).orElse("/"),
            false,
            find(cvm, "time-limit", CvmReader::positiveSeconds),
            Dialect.XCHERI_V9,
            find(cvm, "kernel", CvmReader::kernel).orElse(KernelKind.HOST),
            limits(cvm),
            disk(cvm));
    return new CvmPlan(
        name,
        options,
        find(cvm, "engine", CvmReader::isInterpreter).orElse(false),
        find(cvm, "wait", CvmReader::waiting).orElse(Pause.NONE),
        program.place(),
        Optional.empty());
  }

  private static long memory(YamlMapping cvm, NestingKeys nesting) throws ConfigurationException {
    return nesting.isolation().isPresent()
        ? nesting.isolation().get().size()
        : find(cvm, "memory", ByteSize::parse).orElse(CvmOptions.DEFAULT_MEMORY);
  }

  private static String name(YamlValue value) throws ConfigurationException {
    String name = value.text("'name'");
    if (!NAME.matcher(name).matches()) {
      throw value.wrong("'" + name + "' is not a name: up to 63 letters, digits, '_', '.' and '-'");
    }
    return name;
  }

  /** A value that is text to be understood. */
  private static <T> Optional<T> find(YamlMapping cvm, String key, Function<String, T> reading)
      throws ConfigurationException {
    Optional<YamlValue> value = cvm.find(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(reading.apply(value.get().text("'" + key + "'")));
    } catch (IllegalArgumentException e) {
      throw value.get().wrong("'" + key + "': " + e.getMessage());
    }
  }

  /** What a shell makes of a path that begins with {@code ~/}. */
  private static String inHome(String path) {
    return path.startsWith("~/") ? System.getProperty("user.home") + path.substring(1) : path;
  }

  private Path folder(YamlValue value) throws ConfigurationException {
    Path path = folder.resolve(inHome(value.text("'root'")));
    if (!Files.isDirectory(path)) {
      throw value.wrong("folder " + path + " does not exist");
    }
    return path;
  }

  /** A list, or one text that is split at blanks. */
  private static List<String> arguments(YamlMapping cvm) throws ConfigurationException {
    Optional<YamlValue> value = cvm.find("args");
    if (value.isEmpty()) {
      return List.of();
    }
    if (value.get().isScalar()) {
      String text = value.get().text("'args'").strip();
      return text.isEmpty() ? List.of() : List.of(text.split("\\s+"));
    }
    List<String> arguments = new ArrayList<>();
    for (YamlValue argument : value.get().list("'args'")) {
      arguments.add(argument.text("an argument"));
    }
    return arguments;
  }

  private static Map<String, String> environment(YamlMapping cvm) throws ConfigurationException {
    Map<String, String> environment = GuestEnvironment.standard();
    if (cvm.find("env").isPresent()) {
      YamlMapping variables = cvm.find("env").get().mapping("'env'");
      for (String name : variables.keys()) {
        if (name.isEmpty() || name.indexOf('=') >= 0) {
          throw cvm.find("env").get().wrong("'" + name + "' is no name of a variable");
        }
        environment.put(name, variables.require(name, "'env'").text("'" + name + "'"));
      }
    }
    return environment;
  }

  private List<Volume> volumes(YamlMapping cvm) throws ConfigurationException {
    List<Volume> volumes = new ArrayList<>();
    if (cvm.find("volumes").isPresent()) {
      for (YamlValue value : cvm.find("volumes").get().list("'volumes'")) {
        try {
          Volume volume = Volume.parse(inHome(value.text("a volume")), folder);
          if (!Files.isDirectory(volume.host())) {
            throw value.wrong("folder " + volume.host() + " does not exist");
          }
          volumes.add(volume);
        } catch (IllegalArgumentException e) {
          throw value.wrong(e.getMessage());
        }
      }
    }
    return volumes;
  }

  private static Limits limits(YamlMapping cvm) throws ConfigurationException {
    Limits limits = Limits.NONE;
    if (cvm.find("ulimits").isPresent()) {
      YamlMapping values = cvm.find("ulimits").get().mapping("'ulimits'");
      values.allowOnly(Limits.NAMES);
      for (String name : values.keys()) {
        YamlValue value = values.require(name, "'ulimits'");
        try {
          limits = limits.with(name, value.text("'" + name + "'"));
        } catch (IllegalArgumentException e) {
          throw value.wrong("'" + name + "': " + e.getMessage());
        }
      }
    }
    return limits;
  }

  private Optional<Disk> disk(YamlMapping cvm) throws ConfigurationException {
    Optional<Disk> disk = find(cvm, "disk", text -> Disk.parse(text, folder));
    if (disk.isPresent() && !Files.isRegularFile(disk.get().file())) {
      throw cvm.find("disk").get().wrong("there is no image " + disk.get().file());
    }
    return disk;
  }

  private static KernelKind kernel(String text) {
    return switch (text) {
      case "none" -> KernelKind.NONE;
      case "host" -> KernelKind.HOST;
      default -> throw new IllegalArgumentException("'" + text + "' is neither none nor host");
    };
  }

  private static boolean isInterpreter(String text) {
    return switch (text) {
      case "interpreter" -> true;
      case "translated" -> false;
      default ->
          throw new IllegalArgumentException(
              "'" + text + "' is neither translated nor interpreter");
    };
  }

  private static Duration positiveSeconds(String text) {
    Duration time = seconds(text);
    if (time.isZero()) {
      throw new IllegalArgumentException("'" + text + "' is not a time above 0");
    }
    return time;
  }

  private static Pause waiting(String text) {
    return text.equals("-1") ? Pause.END : new Pause(Optional.of(seconds(text)));
  }

  private static Duration seconds(String text) {
    double seconds;
    try {
      seconds = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      seconds = -1;
    }
    if (!(seconds >= 0 && seconds <= Integer.MAX_VALUE)) {
      throw new IllegalArgumentException("'" + text + "' is not a number of seconds");
    }
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
