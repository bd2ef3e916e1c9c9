package org.capvm.intravisor.ipc;

/**
 * What a function is called with.
 *
 * @param caller name of the cVM that calls
 * @param first integer, in the callee's a1; the next two in a2 and a3
 * @param buffer of which the callee gets a copy
 */
public record CallArguments(
    String caller, long first, long second, long third, CallBuffer buffer) {}
