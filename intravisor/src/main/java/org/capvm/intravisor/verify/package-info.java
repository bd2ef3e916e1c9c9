/**
 * Holds Capvm to recorded results: vector files of single instructions, whose format {@code
 * intravisor/VECTORS.md} describes, and folders of programs that check themselves.
 */
package org.capvm.intravisor.verify;
