package org.capvm.translator.image;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.capvm.translator.emit.TranslatedClass;

/** A translation that was just made. */
final class MemoryTranslation implements TranslatedFile {
  private final List<Function> functions = new ArrayList<>();
  private final Map<String, byte[]> classes = new HashMap<>();
  private final SortedMap<Long, Long> exactCalls;

  MemoryTranslation(List<TranslatedClass> translated, SortedMap<Long, Long> exactCalls) {
    this.exactCalls = Collections.unmodifiableSortedMap(exactCalls);
    for (TranslatedClass c : translated) {
      classes.put(c.name(), c.bytes());
      for (int k = 0; k < c.entries().size(); k++) {
        functions.add(new Function(c.entries().get(k), c.name(), k));
      }
    }
    functions.sort(Comparator.comparingLong(Function::entry));
  }

  @Override
  public List<Function> functions() {
    return List.copyOf(functions);
  }

  @Override
  public SortedMap<Long, Long> exactCalls() {
    return exactCalls;
  }

  @Override
  public Set<String> classNames() {
    return Set.copyOf(classes.keySet());
  }

  @Override
  public byte[] classFile(String name) {
    return classes.get(name);
  }

  Map<String, byte[]> classes() {
    return classes;
  }
}
