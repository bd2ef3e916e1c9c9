package org.capvm.intravisor.cli;

import org.capvm.runtime.capability.Dialect;

/** The versions of the ISA by the names that users give. */
enum Isa {
  XCHERI_V9("xcheri-v9", Dialect.XCHERI_V9),
  XCHERI_V8("xcheri-v8", Dialect.XCHERI_V8);

  private final String word;
  private final Dialect dialect;

  Isa(String word, Dialect dialect) {
    this.word = word;
    this.dialect = dialect;
  }

  Dialect dialect() {
    return dialect;
  }

  @Override
  public String toString() {
    return word;
  }
}
