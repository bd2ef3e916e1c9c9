/** Loops over memory: what the translator finds out about them, and what they do at its edges. */
package org.capvm.testsuite.loops;
