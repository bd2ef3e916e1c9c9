package org.capvm.intravisor.ipc;

import java.util.Set;

/**
 * Which cVMs may do what with an object besides its owner, who may do everything.
 *
 * @param readers names of cVMs that may read, or {@link #EVERYONE}
 * @param writers names of cVMs that may read and write, or {@link #EVERYONE}
 */
public record AccessList(Set<String> readers, Set<String> writers) {
  /** In a list: all cVMs of the deployment. */
  public static final String EVERYONE = "*";

  /** As the original Intravisor has it: whoever knows the name reads and writes. */
  public static final AccessList OPEN = new AccessList(Set.of(), Set.of(EVERYONE));

  /** The owner only. */
  public static final AccessList PRIVATE = new AccessList(Set.of(), Set.of());

  public AccessList {
    readers = Set.copyOf(readers);
    writers = Set.copyOf(writers);
  }

  boolean mayWrite(String cvm) {
    return writers.contains(cvm) || writers.contains(EVERYONE);
  }

  boolean mayRead(String cvm) {
    return mayWrite(cvm) || readers.contains(cvm) || readers.contains(EVERYONE);
  }
}
