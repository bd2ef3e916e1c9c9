package org.capvm.intravisor.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.Disk;
import org.capvm.intravisor.cvm.GuestEnvironment;
import org.capvm.intravisor.cvm.KernelKind;
import org.capvm.intravisor.cvm.Limits;
import org.capvm.intravisor.cvm.Volume;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cvm run}. */
@Command(
    name = "run",
    description = {
      "Run a RISC-V program in a cVM of its own. Standard input, output and error are the guest's.",
      "What is not translated yet is translated, and kept for the next time.",
    },
    exitCodeOnInvalidInput = ExitCode.RUN_FAILED,
    exitCodeOnExecutionException = ExitCode.RUN_FAILED,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "N:the exit status of the program",
      "128+N:signal N ended the program",
      "124:the time limit ended the program",
      "152:the limit of processor time ended the program",
      "125:the cVM could not be made, or the command line is wrong",
      "126:PROGRAM cannot be run: not a RISC-V program, or damaged",
      "127:there is no such program",
    })
final class RunCommand implements Callable<Integer> {
  /** How code is executed. */
  enum EngineKind {
    TRANSLATED,
    INTERPRETER
  }

  /** What can be shown besides system calls. */
  enum Traced {
    HOSTCALLS
  }

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "The guest's root folder. PROGRAM is then a path in it, otherwise a host file.")
  private Path root;

  @Option(
      names = "--kernel",
      paramLabel = "none|host",
      description =
          "Who answers environment calls: hostcalls of the Intravisor, or a small Linux. Default: host.")
  private KernelKind kernel = KernelKind.HOST;

  @Option(
      names = "--engine",
      paramLabel = "translated|interpreter",
      description = "How code is executed. Default: translated.")
  private EngineKind engine = EngineKind.TRANSLATED;

  @Option(
      names = "--isa",
      paramLabel = "xcheri-v9|xcheri-v8",
      description =
          "Version of the ISA that a program with capabilities is of. Default: xcheri-v9.")
  private Isa isa = Isa.XCHERI_V9;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = MemorySize.class,
      description = "The guest's memory, in bytes or with K, M or G behind. Default: 4G.")
  private long memory = CvmOptions.DEFAULT_MEMORY;

  @Option(
      names = "--env",
      paramLabel = "K=V",
      description = "Set a variable in the guest's environment. May be repeated.")
  private List<String> variables = new ArrayList<>();

  @Option(
      names = "--workdir",
      paramLabel = "DIR",
      description = "The guest's current folder. Default: /.")
  private String workFolder = "/";

  @Option(
      names = "--volume",
      paramLabel = "HOST:GUEST[:rw]",
      converter = VolumeOption.class,
      description = "Show a host folder in the guest, read-only unless rw. May be repeated.")
  private List<Volume> volumes = new ArrayList<>();

  @Option(
      names = "--disk",
      paramLabel = "FILE[:ro]",
      converter = DiskOption.class,
      description = "Give a program without a kernel this image as its block device.")
  private Disk disk;

  @Option(names = "--strace", description = "Show the guest's system calls on standard error.")
  private boolean trace;

  @Option(
      names = "--trace",
      paramLabel = "hostcalls",
      description = "Show the hostcalls of a program without a kernel on its standard error.")
  private Traced traced;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write what the run took, and what of it was translated, as JSON.")
  private Path report;

  @Option(
      names = "--time-limit",
      paramLabel = "S",
      description = "End the program after S seconds of wall time.")
  private Double timeLimit;

  @Option(
      names = "--ulimit",
      paramLabel = "NAME=N",
      description =
          "Limit what the guest takes: nproc (threads), nofile (descriptors of a process), cpu "
              + "(seconds), code and translation (bytes and seconds of what is translated while "
              + "it runs; what comes behind is interpreted). May be repeated.")
  private List<String> ulimits = new ArrayList<>();

  @Parameters(
      index = "0",
      paramLabel = "PROGRAM|IMAGE",
      description = "The program, or an image made by 'cvm translate'.")
  private String program;

  @Parameters(index = "1..*", paramLabel = "ARGS", description = "The program's arguments.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    return new Run(options(), engine, Optional.ofNullable(report)).execute();
  }

  private CvmOptions options() {
    return new CvmOptions(
        program,
        arguments,
        environment(),
        Optional.ofNullable(root),
        volumes,
        memory,
        workFolder,
        kernel == KernelKind.NONE ? traced == Traced.HOSTCALLS : trace,
        limit(),
        isa.dialect(),
        kernel,
        limits(),
        Optional.ofNullable(disk));
  }

  private Map<String, String> environment() {
    Map<String, String> environment = GuestEnvironment.standard();
    for (String variable : variables) {
      int equals = variable.indexOf('=');
      if (equals < 1) {
        throw new UserException(
            ExitCode.RUN_FAILED, "--env '" + variable + "': is not of the form NAME=VALUE");
      }
      environment.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return environment;
  }

  private Limits limits() {
    Limits limits = Limits.NONE;
    for (String ulimit : ulimits) {
      String[] parts = ulimit.split("=", 2);
      try {
        limits = limits.with(parts[0], parts.length == 1 ? "" : parts[1]);
      } catch (IllegalArgumentException e) {
        throw new UserException(
            ExitCode.RUN_FAILED, "--ulimit '" + ulimit + "': " + e.getMessage());
      }
    }
    return limits;
  }

  private Optional<Duration> limit() {
    if (timeLimit == null) {
      return Optional.empty();
    }
    if (!(timeLimit > 0)) {
      throw new UserException(
          ExitCode.RUN_FAILED, "--time-limit " + timeLimit + ": is not a time above 0");
    }
    return Optional.of(Duration.ofNanos((long) Math.min(timeLimit * 1e9, Long.MAX_VALUE)));
  }
}
