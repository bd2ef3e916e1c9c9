/** From ELF files to JVM classes: read, find functions, analyse, emit, store. */
module org.capvm.translator {
  requires transitive org.capvm.runtime;
  requires net.fornwall.jelf;

  exports org.capvm.translator.elf;
  exports org.capvm.translator.discover;
}
