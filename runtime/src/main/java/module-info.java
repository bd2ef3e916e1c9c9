/**
 * What translated programs call: harts, guest memory, instruction definitions, the interpreter, and
 * the dispatch from guest addresses to translated methods.
 */
module org.capvm.runtime {
  exports org.capvm.runtime.host;
  exports org.capvm.runtime.capability;
  exports org.capvm.runtime.isa;
  exports org.capvm.runtime.memory;
  exports org.capvm.runtime.hart;
  exports org.capvm.runtime.floatingpoint;
  exports org.capvm.runtime.interpreter;
  exports org.capvm.runtime.code;
}
