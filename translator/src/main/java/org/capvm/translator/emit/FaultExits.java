package org.capvm.translator.emit;

import org.capvm.translator.analyse.RegisterSet;
import org.objectweb.asm.Label;

/**
 * The ways out of a method where an instruction would raise an exception, of the precise variant:
 * they store every dirty register to the hart and leave to the interpreter, which executes the
 * instruction and raises the exception itself.
 */
final class FaultExits {
  private final BodyEmitter e;

  FaultExits(BodyEmitter emitter) {
    this.e = emitter;
  }

  /**
   * Where to go in the register state of now to raise the exception of an instruction.
   *
   * @param address link-time address where the interpreter goes on
   */
  Label at(long address) {
    return e.outOfLine(RegisterSet.NONE, () -> e.leave(RegisterSet.NONE, address));
  }
}
