package org.capvm.translator.check;

import java.util.Set;

/**
 * A class that was accepted.
 *
 * @param name internal name
 * @param methods its static methods
 * @param calls what it calls that is not of the runtime: has to be a method of the same file
 */
public record CheckedClass(String name, Set<GeneratedMethod> methods, Set<GeneratedMethod> calls) {
  public CheckedClass {
    methods = Set.copyOf(methods);
    calls = Set.copyOf(calls);
  }
}
