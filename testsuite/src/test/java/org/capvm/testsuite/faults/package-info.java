/**
 * Does the net catch? Known faults are planted in the compiled classes of the runtime and the
 * translator, one at a time, and the other suites have to find each of them.
 */
package org.capvm.testsuite.faults;
