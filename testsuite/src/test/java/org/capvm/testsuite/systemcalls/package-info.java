/** Holds the lists of system calls in guest programs to the kernel's own table. */
package org.capvm.testsuite.systemcalls;
