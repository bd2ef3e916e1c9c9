package org.capvm.intravisor.embedding;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.CvmResult;
import org.capvm.intravisor.cvm.HostGuest;
import org.capvm.intravisor.cvm.StandardStreams;
import org.capvm.intravisor.cvm.Volume;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.Window;

/**
 * A cVM with a program of ours that has loaded a library and calls its functions on request. What
 * the library prints goes to the JVM's standard output and error.
 */
public final class HostedLibrary implements AutoCloseable {
  /** Where the guest sees the program that hosts it. */
  private static final String FOLDER = "/.capvm";

  private static final String AGENT = "agent";
  private static final int REQUESTS = 100;
  private static final int ANSWERS = 101;

  private static final ScheduledThreadPoolExecutor TIMER =
      new ScheduledThreadPoolExecutor(
          1, task -> Thread.ofPlatform().daemon().name("call time limits").unstarted(task));

  private final HostedProgram program;
  private final CallChannel channel;
  private final Window window;
  private final Path folder;
  private final Arena lifetime = Arena.ofShared();
  private volatile boolean timedOut;
  private boolean closed;

  /** The cVM has ended. */
  public static final class EndedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    private EndedException(String message, int status) {
      super(message);
      this.status = status;
    }

    /** Its exit status as a shell shows it, 124 after the time limit. */
    public int status() {
      return status;
    }
  }

  private HostedLibrary(HostedProgram program, CallChannel channel, Window window, Path folder) {
    this.program = program;
    this.channel = channel;
    this.window = window;
    this.folder = folder;
  }

  /**
   * Starts a cVM and loads a library into it.
   *
   * @param options whose program is the library
   * @param names of what it shares with others
   * @param name by which they know it
   * @throws CvmException when the cVM cannot be started
   * @throws IOException when the guest cannot load the library; the message is its dynamic linker's
   */
  public static HostedLibrary start(
      CvmOptions options, boolean interpreted, IpcNamespace names, String name)
      throws CvmException, IOException {
    Path folder = Files.createTempDirectory("capvm-agent-");
    HostedLibrary library = null;
    try {
      unpack(folder.resolve(AGENT));
      List<Volume> volumes = new ArrayList<>(options.volumes());
      volumes.add(new Volume(folder, FOLDER, false));
      CvmOptions agent =
          options
              .withVolumes(volumes)
              .withProgram(FOLDER + "/" + AGENT)
              .withArguments(
                  List.of(options.program(), String.valueOf(REQUESTS), String.valueOf(ANSWERS)));
      HostGuest guest = new HostGuest(agent, Engines.of(interpreted), names, name);
      StandardStreams streams = StandardStreams.ofJvmWithoutInput();
      StandardStreams.Channel channel = streams.addChannel(REQUESTS, ANSWERS);
      HostedProgram program = new HostedProgram(new Cvm(guest, agent), streams);
      library =
          new HostedLibrary(
              program, new CallChannel(channel.input(), channel.output()), guest.memory(), folder);
      String failure = library.greeting();
      if (failure != null) {
        library.close();
        throw new IOException(options.program() + " cannot be loaded: " + failure);
      }
      return library;
    } finally {
      if (library == null) {
        delete(folder);
      }
    }
  }

  private String greeting() {
    try {
      return channel.receiveGreeting();
    } catch (IOException e) {
      return ended().getMessage();
    }
  }

  private static void unpack(Path file) throws IOException {
    try (InputStream content = HostedLibrary.class.getResourceAsStream(AGENT)) {
      Files.copy(content, file);
    }
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " cannot be made executable");
    }
  }

  private static void delete(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve(AGENT));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // It stays in the host's folder for temporary files.
    }
  }

  /**
   * Makes a call and waits for its answer. Callers wait for each other.
   *
   * @param limit wall time after which the cVM is killed, or null
   * @throws EndedException when the cVM has ended before it answered
   */
  public synchronized CallChannel.Answer exchange(CallChannel.Request request, Duration limit)
      throws EndedException {
    ScheduledFuture<?> timer =
        limit == null
            ? null
            : TIMER.schedule(this::timeIsUp, limit.toNanos(), TimeUnit.NANOSECONDS);
    try {
      return channel.exchange(request);
    } catch (IOException e) {
      throw ended();
    } finally {
      if (timer != null) {
        timer.cancel(false);
      }
    }
  }

  private void timeIsUp() {
    timedOut = true;
    program.kill();
  }

  private EndedException ended() {
    // Whoever has closed its end of the channel without ending is of no use any more.
    program.kill();
    int status = program.onExit().join();
    if (timedOut) {
      return new EndedException("its time was up", CvmResult.TIME_LIMIT);
    }
    String how = status > 128 ? "signal " + (status - 128) : "exit status " + status;
    return new EndedException("its cVM ended with " + how, status);
  }

  /** Whether calls can still be answered. */
  public boolean isAlive() {
    return !program.onExit().isDone();
  }

  /**
   * The bytes of a guest range, until this is closed.
   *
   * @throws IllegalArgumentException when the range is not in the guest's memory
   */
  public MemorySegment memory(long address, long size) {
    try {
      return window.segment(address, size, lifetime);
    } catch (MemoryFault e) {
      throw new IllegalArgumentException(
          "the guest says that its memory is at 0x%x, where it has none".formatted(address), e);
    }
  }

  /**
   * The bytes from an address to the end of the guest's memory; see {@link #memory}.
   *
   * @throws IllegalArgumentException when the address is not in the guest's memory
   */
  public MemorySegment memoryFrom(long address) {
    return memory(address, Math.max(0, window.size() - address));
  }

  /** Ends the cVM. */
  @Override
  public void close() {
    program.close();
    synchronized (this) {
      if (!closed) {
        closed = true;
        lifetime.close();
        delete(folder);
      }
    }
  }
}
