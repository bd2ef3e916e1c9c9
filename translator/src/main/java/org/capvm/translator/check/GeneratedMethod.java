package org.capvm.translator.check;

/** A static method of a generated class. */
public record GeneratedMethod(String owner, String name, String descriptor) {}
