package org.capvm.intravisor.cvm;

import java.nio.file.Path;

/**
 * A host folder that the guest sees.
 *
 * @param host the folder
 * @param guest its absolute path in the guest
 * @param writable whether the guest may change what is in it
 */
public record Volume(Path host, String guest, boolean writable) {}
