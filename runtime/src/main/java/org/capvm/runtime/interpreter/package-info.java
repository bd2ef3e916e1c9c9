/**
 * The interpreter. {@link org.capvm.runtime.interpreter.Interpreter} is its face; inside, {@code
 * DecodedCode} keeps blocks of decoded instructions, {@code IntegerLoop} executes the everyday
 * ones, and {@code Execution} everything else.
 */
package org.capvm.runtime.interpreter;
