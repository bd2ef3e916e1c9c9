/**
 * The {@code none} kernel: bare programs, for which only the Intravisor's hostcalls are there. A
 * guest's harts are in {@code thread}.
 */
package org.capvm.intravisor.kernel.none;
