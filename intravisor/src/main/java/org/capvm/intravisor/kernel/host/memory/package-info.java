/**
 * What is mapped where in a guest's window.
 *
 * <p>Differences to Linux: file mappings are copies, so that a file which shrinks cannot fault the
 * JVM. A private mapping does not see later changes of its file. Pages of a shared mapping that the
 * guest changed go to the file on msync, munmap and exit; until then neither read nor another
 * mapping sees them. Behind the end of the file there are zeroes instead of SIGBUS.
 */
package org.capvm.intravisor.kernel.host.memory;
