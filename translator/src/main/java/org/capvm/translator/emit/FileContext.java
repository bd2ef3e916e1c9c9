package org.capvm.translator.emit;

import java.util.HashMap;
import java.util.Map;
import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.ProgramAnalysis;
import org.capvm.translator.discover.PltStub;

/** What the methods of one translated file share. */
final class FileContext {
  /** Where the method of a guest function is. */
  record Method(String owner, String name, Signature signature) {}

  final ProgramAnalysis program;

  /** Load address minus link-time address. */
  final long bias;

  private final Variant variant;
  private final Map<Long, PltStub> stubs = new HashMap<>();
  private final Map<FunctionSummary, Method> methods = new HashMap<>();

  FileContext(ProgramAnalysis program, Iterable<PltStub> stubs, long bias, Variant variant) {
    this.program = program;
    this.bias = bias;
    this.variant = variant;
    stubs.forEach(stub -> this.stubs.put(stub.entry(), stub));
  }

  /** The linkage stub at a link-time address, or null. */
  PltStub stub(long address) {
    return stubs.get(address);
  }

  /** Whether the complete register file must be recoverable wherever an access may fault. */
  boolean isPrecise() {
    return variant.isPrecise();
  }

  /** Whether stores have to clear tags. */
  boolean clearsTags() {
    return variant.isTagClearing();
  }

  void place(FunctionSummary f, String owner) {
    String name = Names.function(f.graph().function().entry() + bias);
    methods.put(f, new Method(owner, name, Signature.of(f, isPrecise())));
  }

  Method method(FunctionSummary f) {
    return methods.get(f);
  }
}
