package org.capvm.testsuite.random;

import java.util.ArrayList;
import java.util.List;

/**
 * A generated program.
 *
 * @param seed what it was generated from
 * @param buffer the initial contents of the scratch buffer
 * @param isBrief whether the start gives values to no registers but arguments, and the end shows
 *     none but results: else a program could not be shorter than 170 instructions
 * @param functions the first is called at the start; each calls only itself and those behind it
 */
record RandomProgram(long seed, byte[] buffer, boolean isBrief, List<RandomFunction> functions) {
  RandomProgram with(int number, RandomFunction function) {
    List<RandomFunction> changed = new ArrayList<>(functions);
    changed.set(number, function);
    return new RandomProgram(seed, buffer, isBrief, List.copyOf(changed));
  }
}
