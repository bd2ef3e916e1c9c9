/**
 * Fuzzing that is guided by coverage: Jazzer changes inputs, and goes on from those that reach new
 * branches. Only code that reads bytes is instrumented; generated classes stay as they are.
 */
package org.capvm.testsuite.fuzz.guided;
