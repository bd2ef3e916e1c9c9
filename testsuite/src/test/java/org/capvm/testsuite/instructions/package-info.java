/**
 * Every instruction of RV64GC on edge values, against results recorded from qemu-riscv64.
 *
 * <p>{@link org.capvm.testsuite.instructions.Recorder} builds the programs, runs them in the
 * emulator and writes the recordings, one text file an extension; the tests replay them on each
 * {@link org.capvm.testsuite.instructions.Engine}.
 */
package org.capvm.testsuite.instructions;
