package org.capvm.intravisor.cvm;

/** Who answers the environment calls of a cVM. */
public enum KernelKind {
  /** Nobody but the Intravisor, with hostcalls: bare programs. */
  NONE,
  /** A small Linux personality over the host's kernel. */
  HOST
}
