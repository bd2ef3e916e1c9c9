package org.capvm.testsuite.random;

import java.util.List;
import org.capvm.testsuite.assembler.Code;

/**
 * A function: it defines what it reads, and returns to its caller with the stack pointer it was
 * given.
 *
 * @param registers integer registers with values of the function, besides counters and temporaries
 * @param floats the same for floating point
 * @param definitions define those registers at entry, from the arguments and the buffer
 * @param results define the result registers before a return
 * @param isCompressed whether instructions take their 16-bit forms
 * @param frame its stack frame
 * @param keepsRegisters whether it restores the callee-saved registers, as the ABI wants it
 * @param readsLeftovers whether it reads what its callees left in registers that the ABI gives them
 * @param isRecursive whether it calls itself, down to the depth in {@link Registers#DEPTH}
 * @param tailCall the call that its body ends with as a jump, or null
 * @param cycle the function that it ends with a jump to while the depth in {@link Registers#DEPTH}
 *     lasts, or -1; such a function calls nothing else
 */
record RandomFunction(
    List<Integer> registers,
    List<Integer> floats,
    List<Code> definitions,
    List<Code> results,
    boolean isCompressed,
    Frame frame,
    boolean keepsRegisters,
    boolean readsLeftovers,
    boolean isRecursive,
    Statement.Call tailCall,
    int cycle,
    List<Statement> body) {

  /**
   * A stack frame.
   *
   * @param locals bytes at the stack pointer that statements use, 0 or at least 8
   * @param padding bytes below the saved registers that nothing uses
   * @param far bytes that a second change of the stack pointer takes, or 0
   */
  record Frame(int locals, int padding, int far) {}

  RandomFunction withBody(List<Statement> statements) {
    return with(tailCall, cycle, statements);
  }

  RandomFunction withoutTailCall() {
    return with(null, -1, body);
  }

  private RandomFunction with(Statement.Call tail, int next, List<Statement> statements) {
    return new RandomFunction(
        registers,
        floats,
        definitions,
        results,
        isCompressed,
        frame,
        keepsRegisters,
        readsLeftovers,
        isRecursive,
        tail,
        next,
        statements);
  }
}
