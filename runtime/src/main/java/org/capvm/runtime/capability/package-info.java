/**
 * The capability model: the CC128 format of CHERI RISC-V, capabilities as immutable values, and
 * what the instructions of CHERI ISAv9 and ISAv8 compute from them. It knows nothing of harts or
 * memory.
 */
package org.capvm.runtime.capability;
