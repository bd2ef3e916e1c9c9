package org.capvm.testsuite.faults;

/**
 * What found a fault.
 *
 * @param how the suite ended: fails, crashes or hangs
 */
record Finding(Suite suite, String how) {}
