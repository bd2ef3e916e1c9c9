/**
 * What is mapped where in a guest's window.
 *
 * <p>Differences to Linux: private file mappings are copies, and shared ones show a copy that all
 * of them have in common, so that a file which shrinks cannot fault the JVM. A private mapping does
 * not see later changes of its file. Pages of a shared mapping that were changed go to the file on
 * msync, munmap and exit; until then read does not see them, nor does memory see what write does.
 * Behind the end of the file there are zeroes instead of SIGBUS.
 */
package org.capvm.intravisor.kernel.host.memory;
