package org.capvm.translator.elf;

/**
 * The initial image of a module's thread-local storage (PT_TLS).
 *
 * @param address link-time virtual address of the initialised part
 * @param fileSize bytes that are initialised
 * @param memorySize bytes of the block; the rest is zero
 * @param alignment of the block
 */
public record TlsTemplate(long address, long fileSize, long memorySize, long alignment) {}
