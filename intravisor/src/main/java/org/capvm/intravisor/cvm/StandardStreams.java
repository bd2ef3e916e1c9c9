package org.capvm.intravisor.cvm;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.file.EventFile;
import org.capvm.intravisor.kernel.host.file.HostFile;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.file.StandardStream;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostEvents;
import org.capvm.intravisor.kernel.host.os.HostFiles;

/** What a guest's standard input, output and error are. A cVM that is started takes them over. */
public final class StandardStreams implements AutoCloseable {
  private DescriptorTable descriptors = new DescriptorTable();
  private final InputStream output;
  private final InputStream errors;

  private StandardStreams(boolean piped) throws IOException {
    boolean complete = false;
    try {
      if (piped) {
        descriptors.replace(0, nothing(), false);
        output = pipeTo(1);
        errors = pipeTo(2);
      } else {
        output = InputStream.nullInputStream();
        errors = InputStream.nullInputStream();
        for (int number = 0; number <= 2; number++) {
          OpenFile stream = StandardStream.open(number);
          if (stream != null) {
            descriptors.replace(number, stream, false);
          }
        }
      }
      complete = true;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  /** Those of the JVM. */
  public static StandardStreams ofJvm() {
    try {
      return new StandardStreams(false);
    } catch (IOException e) {
      throw new AssertionError("nothing is opened here", e);
    }
  }

  /**
   * No input, and output that is read from this object.
   *
   * @throws IOException when the host has no descriptors left
   */
  public static StandardStreams piped() throws IOException {
    return new StandardStreams(true);
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

  private static OpenFile nothing() throws IOException {
    long descriptor = HostFiles.open(HostFiles.AT_FDCWD, "/dev/null", OpenFlags.CLOSE_ON_EXEC, 0);
    if (descriptor < 0) {
      throw new IOException("/dev/null cannot be opened (host error " + -descriptor + ")");
    }
    return new HostFile((int) descriptor, OpenFlags.READ_ONLY, "/dev/null", false, null, false);
  }

  private InputStream pipeTo(int number) throws IOException {
    int[] ends = new int[2];
    long error = HostEvents.pipe(ends);
    if (error < 0) {
      throw new IOException("a pipe cannot be made (host error " + -error + ")");
    }
    descriptors.replace(
        number, new EventFile(ends[1], OpenFlags.WRITE_ONLY, EventFile.Kind.PIPE), false);
    try {
      // Opened again because the guest's pipes do not block.
      return new FileInputStream("/proc/self/fd/" + ends[0]);
    } finally {
      Host.close(ends[0]);
    }
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

  /** Closes what no cVM has taken. */
  @Override
  public void close() {
    if (descriptors != null) {
      descriptors.closeAll();
      descriptors = null;
    }
  }
}
