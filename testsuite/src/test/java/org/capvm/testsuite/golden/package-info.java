/**
 * Golden files: guest assembly above, the bytecode that the translator makes of it below.
 *
 * <p>They show a change of the translator in full, so that a reviewer can read what it does to
 * every instruction and operand shape; whether the bytecode is right, other tests say.
 */
package org.capvm.testsuite.golden;
