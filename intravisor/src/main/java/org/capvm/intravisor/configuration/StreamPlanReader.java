package org.capvm.intravisor.configuration;

import java.util.List;
import java.util.Set;
import org.capvm.intravisor.ipc.AccessList;

/** Reads the name of one stream of a configuration. */
final class StreamPlanReader {
  static final List<String> KEYS = List.of("name", "reader", "writers");

  private StreamPlanReader() {}

  static StreamPlan read(YamlValue value) throws ConfigurationException {
    YamlMapping stream = value.mapping("a stream");
    stream.allowOnly(KEYS);
    String name = stream.require("name", "a stream").text("'name'");
    YamlValue reader = stream.require("reader", "stream '" + name + "'");
    AccessList access = AccessList.OPEN;
    if (stream.find("writers").isPresent()) {
      access = new AccessList(Set.of(), stream.names("writers"));
    }
    return new StreamPlan(name, reader.text("'reader'"), access, reader.place());
  }
}
