package org.capvm.translator.emit;

import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.Liveness;

/** What all methods of a function need to know about it; computed once. */
final class FunctionFacts {
  final FileContext file;
  final FunctionSummary function;
  final Signature signature;

  /** The weak liveness. */
  final Liveness live;

  /** Registers kept in locals. */
  final long tracked;

  FunctionFacts(FileContext file, FunctionSummary function) {
    this.file = file;
    this.function = function;
    this.signature = file.method(function).signature();
    this.live = new Liveness(function.graph(), file.program, false);
    this.tracked = WriteBacks.tracked(file, function);
  }
}
