package org.capvm.intravisor.kernel.host.memory;

import org.capvm.intravisor.kernel.host.file.OpenFile;

/**
 * Is told what happens to executable memory, so that translations can be put in place and
 * withdrawn. Called with the address space locked, by the task that changes it, before it goes on.
 */
public interface ExecutableMappings {
  /** Nobody cares: everything is interpreted. */
  ExecutableMappings NONE =
      new ExecutableMappings() {
        @Override
        public void mapped(OpenFile file, long offset, long address, long length) {}

        @Override
        public void changed(long address, long length) {}

        @Override
        public void flushed(long start, long end) {}
      };

  /**
   * A part of a file is executable from now on.
   *
   * @param file readable by {@code pread} during the call
   * @param offset of the first byte in the file, a multiple of the page size
   * @param address guest address of that byte
   * @param length in bytes, a multiple of the page size; may reach behind the end of the file
   */
  void mapped(OpenFile file, long offset, long address, long length);

  /**
   * A range may hold other code than before, or none: it was unmapped, mapped over, or lost or got
   * its permission to execute. Precedes {@link #mapped} for a new mapping.
   */
  void changed(long address, long length);

  /**
   * The guest wrote code and wants all its harts to see it (riscv_flush_icache).
   *
   * @param end behind the last byte; everything when both bounds are 0
   */
  void flushed(long start, long end);

  /**
   * A guest function handles memory faults from now on, and may look at the registers of the
   * faulting instruction: code that loses them, or lets an access through that faults, is withdrawn
   * for good. When this returns, no other hart is in such code; one in the kernel leaves it when it
   * comes back.
   *
   * @return whether there was such code; the caller's frames must then be left too
   */
  default boolean faultsAreSeen() {
    return false;
  }

  /**
   * Pages lost permissions that they had. When this returns, no other hart makes an access that it
   * checked before.
   */
  default void permissionsTaken() {}
}
