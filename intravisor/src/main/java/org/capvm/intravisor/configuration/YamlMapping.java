package org.capvm.intravisor.configuration;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** Keys and values of a YAML file. */
final class YamlMapping {
  /** A key that differs in more characters is no slip of the pen. */
  private static final int SLIP = 2;

  private record Entry(YamlValue key, YamlValue value) {}

  private final YamlValue whole;
  private final Map<String, Entry> entries;

  private YamlMapping(YamlValue whole, Map<String, Entry> entries) {
    this.whole = whole;
    this.entries = entries;
  }

  static YamlMapping of(Path file, YamlValue whole, MappingNode node)
      throws ConfigurationException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      YamlValue key = new YamlValue(file, tuple.getKeyNode());
      String name = key.text("a key");
      if (entries.put(name, new Entry(key, new YamlValue(file, tuple.getValueNode()))) != null) {
        throw key.wrong("'" + name + "' is given twice");
      }
    }
    return new YamlMapping(whole, entries);
  }

  Collection<String> keys() {
    return entries.keySet();
  }

  Optional<YamlValue> find(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  YamlValue require(String key, String what) throws ConfigurationException {
    if (!entries.containsKey(key)) {
      throw whole.wrong(what + " has no '" + key + "'");
    }
    return entries.get(key).value();
  }

  /** That there are no other keys than some; of others the nearest is proposed. */
  void allowOnly(Collection<String> known) throws ConfigurationException {
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      String key = entry.getKey();
      if (!known.contains(key)) {
        String hint =
            known.stream()
                .filter(k -> distance(k, key) <= SLIP)
                .min(Comparator.comparingInt(k -> distance(k, key)))
                .map(k -> "; did you mean '" + k + "'?")
                .orElse("; known are " + String.join(", ", known));
        throw entry.getValue().key().wrong("there is no key '" + key + "' here" + hint);
      }
    }
  }

  /** That a key is not there, which nothing can be done with. */
  void refuse(String key, String reason) throws ConfigurationException {
    Entry entry = entries.get(key);
    if (entry != null) {
      throw entry.key().wrong("'" + key + "' " + reason);
    }
  }

  /** The names that a key lists; none without the key. */
  Set<String> names(String key) throws ConfigurationException {
    Set<String> names = new HashSet<>();
    if (find(key).isPresent()) {
      for (YamlValue name : find(key).get().list("'" + key + "'")) {
        names.add(name.text("a name"));
      }
    }
    return names;
  }

  /** How many characters must be added, taken away or changed (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
