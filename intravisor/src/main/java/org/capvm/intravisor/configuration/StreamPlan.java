package org.capvm.intravisor.configuration;

import org.capvm.intravisor.ipc.AccessList;

/**
 * A name to which streams are connected, that a configuration asks for.
 *
 * @param reader the cVM that accepts them
 * @param access its writers may connect
 * @param place file and line, for messages
 */
public record StreamPlan(String name, String reader, AccessList access, String place) {}
