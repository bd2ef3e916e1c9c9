package org.capvm.runtime.memory;

/** What a guest was doing when it named an address. */
public enum AccessKind {
  LOAD,
  STORE,
  FETCH
}
