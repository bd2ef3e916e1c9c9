package org.capvm.intravisor.kernel.host.process;

/**
 * User and group of a process. Guests are never privileged on the host: these are numbers that they
 * see, not rights.
 */
public record Credentials(int user, int group) {}
