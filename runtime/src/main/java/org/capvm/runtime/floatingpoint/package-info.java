/**
 * Exact semantics of the F and D extensions (RISC-V unprivileged ISA, chapters "F" and "D", 2.2).
 *
 * <p>{@link org.capvm.runtime.floatingpoint.SingleOperations} and {@link
 * org.capvm.runtime.floatingpoint.DoubleOperations} hold one method an instruction, on raw register
 * images. {@link org.capvm.runtime.floatingpoint.FastSingle} and {@link
 * org.capvm.runtime.floatingpoint.FastDouble} are the forms for translated code, on {@code float}
 * and {@code double}. Both use host arithmetic where its result and flags are provably the
 * architectural ones, and the integer soft float of this package everywhere else.
 */
package org.capvm.runtime.floatingpoint;
