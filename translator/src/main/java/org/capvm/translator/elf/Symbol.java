package org.capvm.translator.elf;

/**
 * A symbol of {@code .dynsym} or {@code .symtab}.
 *
 * @param name without version; may be empty
 * @param value link-time virtual address when defined
 * @param size in bytes, 0 when unknown
 * @param kind what it names
 * @param defined whether this file defines it
 */
public record Symbol(String name, long value, long size, Kind kind, boolean defined) {

  /** What a symbol names (ELF gABI, symbol types). */
  public enum Kind {
    /** STT_FUNC. */
    FUNCTION,
    /** STT_GNU_IFUNC: the value is a resolver function. */
    INDIRECT_FUNCTION,
    /** STT_OBJECT or STT_COMMON. */
    OBJECT,
    /** STT_TLS: the value is an offset in the TLS template. */
    THREAD_LOCAL,
    /** Everything else: sections, files, untyped labels. */
    OTHER
  }

  /** Whether the value is the address of code of this file. */
  public boolean isCode() {
    return defined && (kind == Kind.FUNCTION || kind == Kind.INDIRECT_FUNCTION);
  }
}
