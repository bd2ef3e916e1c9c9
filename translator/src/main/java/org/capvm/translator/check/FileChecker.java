package org.capvm.translator.check;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/** Accepts or rejects all classes of a file together. */
public final class FileChecker {
  private FileChecker() {}

  /**
   * Checks each class, and that they call only each other: a call of a static method that a class
   * lacks would reach one that it inherits.
   *
   * @param names binary names of all classes there are
   * @param entered binary names of the classes whose functions are entered from outside
   * @param classFile finds the class file of a name; null when there is none
   * @param clearsTags whether all stores have to clear tags
   * @throws RejectedClassException when one of them is not as generated classes must be
   */
  public static void check(
      Collection<String> names,
      Collection<String> entered,
      Function<String, byte[]> classFile,
      boolean clearsTags)
      throws RejectedClassException {
    Set<GeneratedMethod> methods = new HashSet<>();
    Set<GeneratedMethod> calls = new HashSet<>();
    for (String name : names) {
      byte[] bytes = classFile.apply(name);
      require(bytes != null, name, "is no class");
      CheckedClass checked =
          clearsTags ? ClassChecker.checkTagClearing(bytes) : ClassChecker.check(bytes);
      require(checked.name().replace('/', '.').equals(name), name, "is " + checked.name());
      methods.addAll(checked.methods());
      calls.addAll(checked.calls());
    }
    for (String name : entered) {
      require(names.contains(name), name, "is entered, but not in the file");
    }
    for (GeneratedMethod call : calls) {
      require(methods.contains(call), call.owner(), "lacks " + call.name() + call.descriptor());
    }
  }

  private static void require(boolean condition, String where, String otherwise)
      throws RejectedClassException {
    if (!condition) {
      throw new RejectedClassException(where, otherwise);
    }
  }
}
