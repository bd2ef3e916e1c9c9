package org.capvm.intravisor.configuration;

import org.capvm.intravisor.ipc.AccessList;

/**
 * A shared buffer that a configuration asks for.
 *
 * @param size in bytes
 * @param contents what it begins with
 * @param access who may open it
 * @param place file and line, for messages
 */
public record BufferPlan(
    String name, long size, byte[] contents, AccessList access, String place) {}
