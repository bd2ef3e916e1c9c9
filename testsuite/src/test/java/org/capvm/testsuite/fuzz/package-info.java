/**
 * Damaged programs, random system calls and random command lines, in JVMs of their own: whatever
 * they bring to an end, it is one process.
 */
package org.capvm.testsuite.fuzz;
