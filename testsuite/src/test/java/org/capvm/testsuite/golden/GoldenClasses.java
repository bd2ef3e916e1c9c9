package org.capvm.testsuite.golden;

import java.util.ArrayList;
import java.util.List;

/** The classes that the golden files become: every shape that the translator emits. */
public final class GoldenClasses {
  private GoldenClasses() {}

  /** Those whose stores leave tags, if there were any. */
  public static List<byte[]> all() throws InterruptedException {
    return classes(false);
  }

  /** Those whose stores clear tags. */
  public static List<byte[]> tagClearing() throws InterruptedException {
    return classes(true);
  }

  private static List<byte[]> classes(boolean tagClearing) throws InterruptedException {
    List<byte[]> classes = new ArrayList<>();
    for (GoldenFile file : GoldenFile.all()) {
      if (file.variant().isTagClearing() != tagClearing) {
        continue;
      }
      BytecodeText.classes(file, GuestAssembly.program(file)).forEach(c -> classes.add(c.bytes()));
    }
    return classes;
  }
}
