/** From ELF files to JVM classes: read, find functions, analyse, emit, store. */
module org.capvm.translator {
  requires org.capvm.runtime;
}
