package org.capvm;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.Disk;
import org.capvm.intravisor.cvm.GuestEnvironment;
import org.capvm.intravisor.cvm.KernelKind;
import org.capvm.intravisor.cvm.Limits;
import org.capvm.intravisor.cvm.Volume;
import org.capvm.intravisor.embedding.HostedLibrary;
import org.capvm.intravisor.embedding.HostedProgram;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.runtime.capability.Dialect;

/**
 * What a cVM shall see and may use, and how to start one; it can start many. What is not said is as
 * with {@code cvm run}. Not for several threads at a time.
 *
 * {@snippet :
 * try (CvmProcess lua =
 *     new CvmBuilder().root(root).start("/usr/bin/lua5.4", "-e", "print(6 * 7)")) {
 *   System.out.print(new String(lua.output().readAllBytes(), UTF_8)); // 42
 *   System.out.println(lua.waitFor()); // 0
 * }
 * }
 */
public final class CvmBuilder {
  private static final int PAGE = 4096;

  private final Map<String, String> environment = GuestEnvironment.standard();
  private final List<Volume> volumes = new ArrayList<>();
  private Path root;
  private long memory = CvmOptions.DEFAULT_MEMORY;
  private String workingFolder = "/";
  private Duration timeLimit;
  private Limits limits = Limits.NONE;
  private boolean interpreted;
  private boolean bare;
  private CvmGroup group;
  private String name = "cvm";
  private Disk disk;

  /** The host folder that the guest sees as its root, read-only; programs are paths in it. */
  public CvmBuilder root(Path folder) {
    root = Objects.requireNonNull(folder);
    return this;
  }

  /**
   * Shows a host folder in the guest.
   *
   * @param guest its absolute path in the guest
   * @throws IllegalArgumentException when the path is not absolute
   */
  public CvmBuilder volume(Path host, String guest, boolean writable) {
    if (!guest.startsWith("/")) {
      throw new IllegalArgumentException("'" + guest + "' is not an absolute path");
    }
    volumes.add(new Volume(host, guest, writable));
    return this;
  }

  /**
   * The guest's memory, 4 GiB when nothing is said; it costs what is used of it.
   *
   * @param bytes at least 1 MiB; rounded up to pages of 4096 bytes
   * @throws IllegalArgumentException for less
   */
  public CvmBuilder memory(long bytes) {
    if (bytes < 1 << 20) {
      throw new IllegalArgumentException("memory of " + bytes + " bytes is less than 1 MiB");
    }
    memory = Math.ceilDiv(bytes, PAGE) * PAGE;
    return this;
  }

  /** Sets a variable of the guest's environment, which has PATH, HOME, TERM and LANG already. */
  public CvmBuilder environment(String name, String value) {
    environment.put(name, Objects.requireNonNull(value));
    return this;
  }

  /** The guest's current folder, an absolute path in the guest; / when nothing is said. */
  public CvmBuilder workingFolder(String folder) {
    workingFolder = Objects.requireNonNull(folder);
    return this;
  }

  /** Wall time after which a program is killed, and a library whose function has not returned. */
  public CvmBuilder timeLimit(Duration limit) {
    timeLimit = Objects.requireNonNull(limit);
    return this;
  }

  /**
   * Sets a limit besides memory and time. What a cVM may not have is refused to it (threads,
   * descriptors), ends it (processor time), or makes it slower (translation).
   *
   * @param limit {@code nproc} (threads), {@code nofile} (descriptors of a process), {@code cpu}
   *     (processor time of all threads in seconds), {@code code} (bytes of classes that are made of
   *     its code while it runs), {@code translation} (processor time for that in seconds)
   * @throws IllegalArgumentException when there is no such limit, or the value is not above 0
   */
  public CvmBuilder limit(String limit, long value) {
    limits = limits.with(limit, Long.toString(value));
    return this;
  }

  /**
   * Whether the program makes hostcalls of the Intravisor instead of system calls of Linux. Such
   * programs have no files; only those with capabilities can open buffers of their group.
   */
  public CvmBuilder bare(boolean yes) {
    bare = yes;
    return this;
  }

  /**
   * Gives a bare program an image as its block device, for itself alone where it may write it.
   *
   * @param image a file of whole sectors of 512 bytes
   */
  public CvmBuilder disk(Path image, boolean writable) {
    disk = new Disk(image, writable);
    return this;
  }

  /**
   * Puts the cVMs that are started into a group, whose buffers Linux programs and libraries find in
   * {@code /dev/cvm/files}, and bare programs by hostcalls.
   *
   * @param member by which access lists of the group know them
   */
  public CvmBuilder group(CvmGroup others, String member) {
    group = Objects.requireNonNull(others);
    name = Objects.requireNonNull(member);
    return this;
  }

  /** Whether guest code is interpreted, not translated: much slower, and starts at once. */
  public CvmBuilder interpreted(boolean yes) {
    interpreted = yes;
    return this;
  }

  /**
   * Starts a program in a cVM of its own.
   *
   * @param program a path in the root when there is one, otherwise a host file
   * @throws CvmStartException when there is no such program, or it cannot be run
   */
  public CvmProcess start(String program, String... arguments) throws CvmStartException {
    CvmOptions options = options(program, List.of(arguments), Optional.ofNullable(timeLimit));
    IpcNamespace names = names();
    return new CvmProcess(started(() -> HostedProgram.start(options, interpreted, names, name)));
  }

  /**
   * Loads a shared library into a cVM of its own; the root must have the C library that it needs.
   *
   * @param library a path in the root, or a name that the guest's dynamic linker finds
   * @throws CvmStartException when the library cannot be loaded
   */
  public CvmLibrary load(String library) throws CvmStartException {
    if (root == null || bare) {
      throw new CvmStartException("a library needs a root with its C library", null);
    }
    CvmOptions options = options(library, List.of(), Optional.empty());
    IpcNamespace names = names();
    return new CvmLibrary(
        started(() -> HostedLibrary.start(options, interpreted, names, name)), timeLimit);
  }

  private IpcNamespace names() {
    return group == null ? new IpcNamespace() : group.names();
  }

  private CvmOptions options(String program, List<String> arguments, Optional<Duration> limit) {
    return new CvmOptions(
        program,
        arguments,
        environment,
        Optional.ofNullable(root),
        volumes,
        memory,
        workingFolder,
        false,
        limit,
        Dialect.XCHERI_V9,
        bare ? KernelKind.NONE : KernelKind.HOST,
        limits,
        Optional.ofNullable(disk));
  }

  private interface Start<T> {
    T start() throws CvmException, IOException;
  }

  private static <T> T started(Start<T> start) throws CvmStartException {
    try {
      return start.start();
    } catch (CvmException | IOException e) {
      throw new CvmStartException(e.getMessage(), e);
    } catch (IllegalAccessError | ExceptionInInitializerError e) {
      throw new CvmStartException(
          "the JVM lacks an option: --add-exports java.base/jdk.internal.misc="
              + (CvmBuilder.class.getModule().isNamed() ? "org.capvm.runtime" : "ALL-UNNAMED"),
          e);
    }
  }
}
