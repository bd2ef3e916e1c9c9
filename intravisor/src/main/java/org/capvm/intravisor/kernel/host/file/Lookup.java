package org.capvm.intravisor.kernel.host.file;

/** What a name in a folder is. */
public sealed interface Lookup {
  /** A folder; the receiver owns the reference. */
  record Directory(Folder folder) implements Lookup {}

  /** A symbolic link. */
  record Link(String target) implements Lookup {}

  /** Anything else that exists. */
  record Other() implements Lookup {}

  /** Nothing, or nothing that may be reached; the error says why. */
  record Missing(long error) implements Lookup {}
}
