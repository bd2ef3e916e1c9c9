/** The threads of a bare cVM, and what they wait for: all of it bounded, and ended by a kill. */
package org.capvm.intravisor.kernel.none.thread;
