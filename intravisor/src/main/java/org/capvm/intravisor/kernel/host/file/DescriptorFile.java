package org.capvm.intravisor.kernel.host.file;

import org.capvm.intravisor.kernel.host.os.Host;

/** A file behind a host descriptor of its own, which is closed with it. */
public abstract class DescriptorFile extends OpenFile {
  protected final int descriptor;

  /**
   * @param descriptor owned by this file
   * @param flags access mode and status flags as open(2) takes them
   */
  protected DescriptorFile(int descriptor, int flags) {
    super(flags);
    this.descriptor = descriptor;
  }

  @Override
  protected void close() {
    Host.close(descriptor);
  }

  @Override
  public final int hostDescriptor() {
    return descriptor;
  }

  @Override
  public boolean mayBlock() {
    return true;
  }
}
