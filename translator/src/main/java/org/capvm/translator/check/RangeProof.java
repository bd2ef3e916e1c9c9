package org.capvm.translator.check;

import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.Frame;

/**
 * Proves that every access of a method that rests on an earlier range check lies in the range that
 * was checked: an interval analysis of its locals, in which the result of a check carries the bytes
 * that it is good for.
 */
final class RangeProof {
  private RangeProof() {}

  static void check(String owner, MethodNode method, String where) throws RejectedClassException {
    Loops loops = Loops.of(method);
    Analyzer<RangeValue> analyzer =
        new Analyzer<>(new RangeInterpreter()) {
          @Override
          protected Frame<RangeValue> newFrame(int locals, int stack) {
            return new RangeFrame(locals, stack, loops);
          }

          @Override
          protected Frame<RangeValue> newFrame(Frame<? extends RangeValue> frame) {
            return new RangeFrame((RangeFrame) frame);
          }
        };
    try {
      analyzer.analyze(owner, method);
    } catch (AnalyzerException e) {
      throw new RejectedClassException(where, e.getMessage());
    }
  }
}
