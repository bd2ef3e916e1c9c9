package org.capvm.intravisor.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.capvm.intravisor.cli.RunCommand.EngineKind;
import org.capvm.intravisor.rvfi.InjectionException;
import org.capvm.intravisor.rvfi.InjectionMachine;
import org.capvm.intravisor.rvfi.InjectionServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cvm rvfi-dii}. */
@Command(
    name = "rvfi-dii",
    description = {
      "Execute instructions that a test engine such as TestRIG sends through a socket, and tell it",
      "what each of them did: RVFI-DII, with traces of version 1 and 2.",
      "The machine has RV64GC and CHERI (Xcheri, ISAv9) in user mode, and 8 MiB of memory at",
      "0x80000000. It serves one connection on the local host, and ends with it.",
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the test engine closed the connection",
      "1:the port cannot be had, or the test engine broke the protocol",
      "2:the command line is wrong",
    })
final class RvfiDiiCommand implements Callable<Integer> {
  private static final int LARGEST_PORT = 65_535;

  @Option(
      names = "--port",
      required = true,
      paramLabel = "N",
      description = "The TCP port; 0 takes one that is free. It is printed.")
  private int port;

  @Option(
      names = "--engine",
      paramLabel = "translated|interpreter",
      description =
          "How instructions are executed; translated, each is a block. Default: translated.")
  private EngineKind engine = EngineKind.TRANSLATED;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (port < 0 || port > LARGEST_PORT) {
      throw new UserException(port + " is no TCP port: 0 to " + LARGEST_PORT);
    }
    try (InjectionServer server = new InjectionServer(port);
        InjectionMachine machine = new InjectionMachine(engine == EngineKind.TRANSLATED)) {
      var out = spec.commandLine().getOut();
      out.println("waiting for a connection on port " + server.port());
      out.flush();
      server.serve(machine);
      return ExitCode.OK;
    } catch (InjectionException e) {
      throw new UserException(e.getMessage());
    } catch (IOException e) {
      throw new UserException("port " + port + ": " + e.getMessage());
    }
  }
}
