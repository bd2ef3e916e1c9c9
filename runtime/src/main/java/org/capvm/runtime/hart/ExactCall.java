package org.capvm.runtime.hart;

/**
 * A call whose caller reads what the callee leaves in registers that nobody looks at by the ABI.
 * Translated code does not keep such values, so everything is interpreted until the callee returns.
 *
 * @param returnTo the address it returns to
 * @param sp the stack pointer it returns with: once the hart's is above, the caller's frame is gone
 */
public record ExactCall(long returnTo, long sp) {}
