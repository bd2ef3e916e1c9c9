/** The engine on JVMs whose compilers are absent, alone, early, or shuffled. */
package org.capvm.testsuite.jit;
