package org.capvm.testsuite.programs;

import java.util.List;

/**
 * A program of Debian, with a command line whose output depends on nothing but its input.
 *
 * @param name of the test
 * @param program path inside the root folder
 * @param arguments with {@code N} standing for the number of iterations of the size
 * @param input the file among the inputs that is standard input; {@code <name} stands for the
 *     recorded output of another case; null for none
 */
record ProgramCase(String name, String program, List<String> arguments, String input) {
  ProgramCase(String name, String program, List<String> arguments) {
    this(name, program, arguments, null);
  }

  List<String> arguments(Inputs.Size size) {
    return arguments.stream().map(a -> a.equals("N") ? size.iterations() : a).toList();
  }
}
