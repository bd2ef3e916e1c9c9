/** From ELF files to JVM classes: read, find functions, analyse, emit, store. */
module org.capvm.translator {
  requires transitive org.capvm.runtime;
  requires net.fornwall.jelf;
  requires org.objectweb.asm;
  requires org.objectweb.asm.commons;
  requires org.objectweb.asm.tree;
  requires org.objectweb.asm.util;

  exports org.capvm.translator.elf;
  exports org.capvm.translator.discover;
  exports org.capvm.translator.analyse;
  exports org.capvm.translator.emit;
  exports org.capvm.translator.check;
  exports org.capvm.translator.listing;
  exports org.capvm.translator.image;
}
