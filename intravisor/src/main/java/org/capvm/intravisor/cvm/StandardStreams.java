package org.capvm.intravisor.cvm;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.file.EventFile;
import org.capvm.intravisor.kernel.host.file.HostFile;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.file.StandardStream;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostEvents;
import org.capvm.intravisor.kernel.host.os.HostFiles;

/**
 * What a guest's standard input, output and error are. A cVM that is started takes its ends over;
 * closing this closes ours, and theirs if no cVM has taken them.
 */
public final class StandardStreams implements AutoCloseable {
  private DescriptorTable descriptors = new DescriptorTable();
  private OutputStream input = OutputStream.nullOutputStream();
  private InputStream output = InputStream.nullInputStream();
  private InputStream errors = InputStream.nullInputStream();

  /** Our ends of pipes. */
  private final List<Closeable> ends = new ArrayList<>();

  /**
   * Our ends of two further pipes.
   *
   * @param input what is written here is read by the guest
   * @param output what the guest writes
   */
  public record Channel(OutputStream input, InputStream output) {}

  private StandardStreams() {}

  /** Those of the JVM. */
  public static StandardStreams ofJvm() {
    StandardStreams streams = new StandardStreams();
    streams.inherit(0);
    streams.inherit(1);
    streams.inherit(2);
    return streams;
  }

  /**
   * No input, and the JVM's output and error.
   *
   * @throws IOException when the host has no descriptors left
   */
  public static StandardStreams ofJvmWithoutInput() throws IOException {
    StandardStreams streams = new StandardStreams();
    streams.descriptors.replace(0, nothing(), false);
    streams.inherit(1);
    streams.inherit(2);
    return streams;
  }

  /**
   * No input, and output that is read from this object.
   *
   * @throws IOException when the host has no descriptors left
   */
  public static StandardStreams piped() throws IOException {
    return piped(false);
  }

  /**
   * Input that is written to this object, and output that is read from it.
   *
   * @throws IOException when the host has no descriptors left
   */
  public static StandardStreams connected() throws IOException {
    return piped(true);
  }

  private static StandardStreams piped(boolean withInput) throws IOException {
    StandardStreams streams = new StandardStreams();
    boolean complete = false;
    try {
      if (withInput) {
        streams.input = streams.pipeFrom(0, false);
      } else {
        streams.descriptors.replace(0, nothing(), false);
      }
      streams.output = streams.pipeTo(1, false);
      streams.errors = streams.pipeTo(2, false);
      complete = true;
      return streams;
    } finally {
      if (!complete) {
        streams.close();
      }
    }
  }

  /**
   * Gives the guest two more descriptors, which a program that it executes does not inherit.
   *
   * @param reads the number that it reads from
   * @param writes the number that it writes to
   * @throws IOException when the host has no descriptors left
   */
  public Channel addChannel(int reads, int writes) throws IOException {
    return new Channel(pipeFrom(reads, true), pipeTo(writes, true));
  }

  /** What is written here is the guest's standard input. */
  public OutputStream input() {
    return input;
  }

  /**
   * What the guest writes to its standard output; ends when no process of it can write any more.
   */
  public InputStream output() {
    return output;
  }

  /** What the guest writes to its standard error; ends as {@link #output} does. */
  public InputStream errors() {
    return errors;
  }

  private void inherit(int number) {
    OpenFile stream = StandardStream.open(number);
    if (stream != null) {
      descriptors.replace(number, stream, false);
    }
  }

  private static OpenFile nothing() throws IOException {
    long descriptor = HostFiles.open(HostFiles.AT_FDCWD, "/dev/null", OpenFlags.CLOSE_ON_EXEC, 0);
    if (descriptor < 0) {
      throw new IOException("/dev/null cannot be opened (host error " + -descriptor + ")");
    }
    return new HostFile((int) descriptor, OpenFlags.READ_ONLY, "/dev/null", false, null, false);
  }

  // The ends that stay here are opened again because the guest's pipes do not block.

  private InputStream pipeTo(int number, boolean closedOnExec) throws IOException {
    int[] pipe = pipe();
    give(number, pipe[1], OpenFlags.WRITE_ONLY, closedOnExec);
    try {
      InputStream end = new FileInputStream("/proc/self/fd/" + pipe[0]);
      ends.add(end);
      return end;
    } finally {
      Host.close(pipe[0]);
    }
  }

  private OutputStream pipeFrom(int number, boolean closedOnExec) throws IOException {
    int[] pipe = pipe();
    give(number, pipe[0], OpenFlags.READ_ONLY, closedOnExec);
    try {
      OutputStream end = new FileOutputStream("/proc/self/fd/" + pipe[1]);
      ends.add(end);
      return end;
    } finally {
      Host.close(pipe[1]);
    }
  }

  private static int[] pipe() throws IOException {
    int[] pipe = new int[2];
    long error = HostEvents.pipe(pipe);
    if (error < 0) {
      throw new IOException("a pipe cannot be made (host error " + -error + ")");
    }
    return pipe;
  }

  private void give(int number, int descriptor, int mode, boolean closedOnExec) {
    descriptors.replace(number, new EventFile(descriptor, mode, EventFile.Kind.PIPE), closedOnExec);
  }

  /**
   * The descriptors 0, 1 and 2, which the caller closes from now on.
   *
   * @throws IllegalStateException when they were taken before
   */
  public DescriptorTable take() {
    DescriptorTable taken = descriptors;
    if (taken == null) {
      throw new IllegalStateException("taken before");
    }
    descriptors = null;
    return taken;
  }

  /** Closes our ends, and what no cVM has taken. */
  @Override
  public void close() {
    if (descriptors != null) {
      descriptors.closeAll();
      descriptors = null;
    }
    for (Closeable end : ends) {
      try {
        end.close();
      } catch (IOException e) {
        // Nothing is buffered here that could be lost.
      }
    }
    ends.clear();
  }
}
