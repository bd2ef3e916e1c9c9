package org.capvm.testsuite.random;

import java.util.List;
import org.capvm.testsuite.assembler.Code;

/**
 * A function that keeps to the calling convention: it defines what it reads, saves what it must,
 * and returns to its caller with the stack pointer it was given.
 *
 * @param registers integer registers with values of the function, besides counters and temporaries
 * @param floats the same for floating point
 * @param definitions define those registers at entry, from the arguments and the buffer
 * @param results define the result registers before a return
 * @param isCompressed whether instructions take their 16-bit forms
 * @param hasLocals whether statements use the 64 bytes at the stack pointer
 * @param isRecursive whether it calls itself, down to the depth in {@link Registers#DEPTH}
 * @param tailCall the call that its body ends with as a jump, or null
 */
record RandomFunction(
    List<Integer> registers,
    List<Integer> floats,
    List<Code> definitions,
    List<Code> results,
    boolean isCompressed,
    boolean hasLocals,
    boolean isRecursive,
    Statement.Call tailCall,
    List<Statement> body) {

  RandomFunction withBody(List<Statement> statements) {
    return new RandomFunction(
        registers,
        floats,
        definitions,
        results,
        isCompressed,
        hasLocals,
        isRecursive,
        tailCall,
        statements);
  }

  RandomFunction withoutTailCall() {
    return new RandomFunction(
        registers, floats, definitions, results, isCompressed, hasLocals, isRecursive, null, body);
  }
}
