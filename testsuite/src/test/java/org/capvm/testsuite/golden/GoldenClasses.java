package org.capvm.testsuite.golden;

import java.util.ArrayList;
import java.util.List;

/** The classes that the golden files become: every shape that the translator emits. */
public final class GoldenClasses {
  private GoldenClasses() {}

  public static List<byte[]> all() throws InterruptedException {
    List<byte[]> classes = new ArrayList<>();
    for (GoldenFile file : GoldenFile.all()) {
      BytecodeText.classes(file, GuestAssembly.program(file)).forEach(c -> classes.add(c.bytes()));
    }
    return classes;
  }
}
