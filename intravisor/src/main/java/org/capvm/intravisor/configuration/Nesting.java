package org.capvm.intravisor.configuration;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.capvm.intravisor.cvm.KernelKind;

/** Which cVMs of a configuration are nested in which others. */
final class Nesting {
  private final Map<String, CvmPlan> cvms;
  private final Map<String, NestingKeys> keys;

  /** By the name of the inner one. */
  private final Map<String, String> outers = new LinkedHashMap<>();

  private Nesting(Map<String, CvmPlan> cvms, Map<String, NestingKeys> keys) {
    this.cvms = cvms;
    this.keys = keys;
  }

  /**
   * Finds out.
   *
   * @param cvms in the order of the configuration
   * @throws ConfigurationException when an outer cVM is not there, cannot serve, or is an inner one
   *     of its own
   */
  static Nesting of(Map<String, CvmPlan> cvms, Map<String, NestingKeys> keys)
      throws ConfigurationException {
    Nesting nesting = new Nesting(cvms, keys);
    for (String name : cvms.keySet()) {
      if (keys.get(name).outer().isPresent()) {
        nesting.outers.put(name, nesting.find(keys.get(name).outer().get()));
      }
    }
    for (String name : nesting.outers.keySet()) {
      nesting.checkOuter(name);
    }
    for (String name : cvms.keySet()) {
      nesting.checkInner(name);
    }
    return nesting;
  }

  /** The cVM of a name, or, as the original names them, of a program's file. */
  private String find(YamlValue value) throws ConfigurationException {
    String text = value.text("the name of a cVM");
    if (cvms.containsKey(text)) {
      return text;
    }
    List<String> running =
        cvms.values().stream().filter(cvm -> runs(cvm, text)).map(CvmPlan::name).toList();
    if (running.isEmpty()) {
      throw value.wrong(
          "there is no cVM of the name '" + text + "', and none that runs such a file");
    }
    if (running.size() > 1) {
      throw value.wrong(
          "several cVMs run '%s': %s; say which".formatted(text, String.join(", ", running)));
    }
    return running.getFirst();
  }

  private static boolean runs(CvmPlan cvm, String file) {
    Path name = Path.of(cvm.options().program()).getFileName();
    return name != null && name.toString().equals(file);
  }

  private void checkOuter(String name) throws ConfigurationException {
    YamlValue place = keys.get(name).outer().orElseThrow();
    List<String> path = new ArrayList<>(List.of(name));
    for (String at = outers.get(name); at != null; at = outers.get(at)) {
      path.add(at);
      if (at.equals(name)) {
        throw place.wrong("cycle: " + String.join(" is nested in ", path));
      }
      if (path.size() > cvms.size()) {
        break; // A cycle of others, which is named where it is found.
      }
    }
    String outer = outers.get(name);
    for (String each : List.of(name, outer)) {
      if (cvms.get(each).options().kernel() != KernelKind.NONE) {
        throw place.wrong(
            "cVM '%s' has a kernel; nested are those without, 'kernel: none'".formatted(each));
      }
    }
    List<String> order = List.copyOf(cvms.keySet());
    if (order.indexOf(outer) > order.indexOf(name)) {
      throw place.wrong(
          "cVM '%s' is started before '%s', which is to serve its hostcalls"
              .formatted(name, outer));
    }
  }

  private void checkInner(String name) throws ConfigurationException {
    for (YamlValue value : keys.get(name).inner()) {
      String inner = find(value);
      if (!name.equals(outers.get(inner))) {
        throw value.wrong(
            "cVM '%s' does not have '%s' as its 'callback_out'".formatted(inner, name));
      }
    }
  }

  /** The name of the cVM that serves another's hostcalls, or null. */
  String outer(String name) {
    return outers.get(name);
  }

  /** Those whose hostcalls a cVM serves, in their order. */
  List<String> inner(String name) {
    return cvms.keySet().stream().filter(inner -> name.equals(outers.get(inner))).toList();
  }

  /** Those that are nested in no other, but have others nested in them. */
  List<String> outermost() {
    return cvms.keySet().stream()
        .filter(name -> outer(name) == null && !inner(name).isEmpty())
        .toList();
  }

  /** A cVM and all that is nested in it, at whatever depth, each before its inner ones. */
  List<String> tree(String name) {
    List<String> tree = new ArrayList<>(List.of(name));
    inner(name).forEach(inner -> tree.addAll(tree(inner)));
    return tree;
  }
}
