package org.capvm.intravisor.ipc;

/** What a side of a stream finds when it looks. */
public enum Readiness {
  /** It would not have to wait. */
  READY,
  /** It would have to wait. */
  NOT_YET,
  /** It need not wait: nothing will come or go any more. */
  OVER
}
