package org.capvm.intravisor.configuration;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a cVM's keys say about nesting.
 *
 * @param cvm all that stands about the cVM
 * @param outer names who serves its hostcalls; nothing where the Intravisor does
 * @param inner name those whose hostcalls it serves, which say so themselves, too
 */
record NestingKeys(
    YamlValue cvm,
    Optional<YamlValue> outer,
    List<YamlValue> inner,
    Optional<Isolation> isolation) {
  /** The original's name of the Intravisor. */
  private static final String MONITOR = "monitor";

  static NestingKeys read(YamlValue value) throws ConfigurationException {
    YamlMapping cvm = value.mapping("a cVM");
    if (cvm.find("outer").isPresent()) {
      cvm.refuse("callback_out", "means the same as 'outer', which is there");
    }
    Optional<YamlValue> outer =
        cvm.find("outer").isPresent() ? cvm.find("outer") : cvm.find("callback_out");
    if (outer.isPresent() && isNobody(outer.get().text("'callback_out'"))) {
      outer = Optional.empty();
    }
    List<YamlValue> inner = new ArrayList<>();
    if (cvm.find("callback_in").isPresent()) {
      YamlValue names = cvm.find("callback_in").get();
      inner.addAll(names.isList() ? names.list("'callback_in'") : List.of(names));
    }
    for (YamlValue name : List.copyOf(inner)) {
      if (name.text("'callback_in'").isEmpty()) {
        inner.remove(name);
      }
    }
    Optional<Isolation> isolation = Optional.empty();
    if (cvm.find("isolation").isPresent()) {
      cvm.refuse("memory", "is the size in 'isolation', which is there");
      isolation = Optional.of(Isolation.read(cvm.find("isolation").get()));
    }
    return new NestingKeys(value, outer, inner, isolation);
  }

  private static boolean isNobody(String name) {
    return name.isEmpty() || name.equals(MONITOR);
  }
}
