/**
 * The {@code host} kernel: a small Linux personality, sandboxed, part of the trusted base.
 *
 * <p>From the bottom up: {@code abi} (numbers and guest memory), {@code os} (calls of the host),
 * {@code file}, {@code futex}, {@code memory}, {@code signal} and {@code time} (what a process
 * has), {@code loader}, {@code process}, {@code syscall} (the table's entries and how they are
 * run), {@code calls} (the entries, a class for each family), {@code pseudo} (/dev, /proc and
 * /sys).
 */
package org.capvm.intravisor.kernel.host;
