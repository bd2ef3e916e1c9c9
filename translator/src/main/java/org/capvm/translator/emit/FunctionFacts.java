package org.capvm.translator.emit;

import java.util.List;
import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.Liveness;
import org.capvm.translator.analyse.StridedLoop;
import org.capvm.translator.analyse.UnknownLabels;

/** What all methods of a function need to know about it; computed once. */
final class FunctionFacts {
  final FileContext file;
  final FunctionSummary function;
  final Signature signature;

  /** The weak liveness. */
  final Liveness live;

  /** The strong liveness. */
  final Liveness read;

  /** What is not live, but may be read by labels that are not known. */
  final UnknownLabels unknown;

  /** Registers kept in locals. */
  final long tracked;

  /** Loops that may get a version without bounds checks; none where faults are precise. */
  final List<StridedLoop> stridedLoops;

  FunctionFacts(FileContext file, FunctionSummary function) {
    this.file = file;
    this.function = function;
    this.signature = file.method(function).signature();
    this.live = new Liveness(function.graph(), file.program, false);
    this.read = new Liveness(function.graph(), file.program, true);
    this.unknown = new UnknownLabels(function.graph(), file.program, live);
    this.stridedLoops = file.isPrecise() ? List.of() : StridedLoop.of(function.graph());
    this.tracked = WriteBacks.tracked(file, function);
  }
}
