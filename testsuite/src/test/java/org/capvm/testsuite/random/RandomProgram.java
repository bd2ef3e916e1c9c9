package org.capvm.testsuite.random;

import java.util.ArrayList;
import java.util.List;

/**
 * A generated program.
 *
 * @param seed what it was generated from
 * @param buffer the initial contents of the scratch buffer
 * @param functions the first is called at the start; each calls only itself and those behind it
 */
record RandomProgram(long seed, byte[] buffer, List<RandomFunction> functions) {
  RandomProgram with(int number, RandomFunction function) {
    List<RandomFunction> changed = new ArrayList<>(functions);
    changed.set(number, function);
    return new RandomProgram(seed, buffer, List.copyOf(changed));
  }
}
