package org.capvm.intravisor.configuration;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A value of a YAML file, which knows where it stands. */
final class YamlValue {
  private final Path file;
  private final Node node;

  YamlValue(Path file, Node node) {
    this.file = file;
    this.node = node;
  }

  /** Its file and line. */
  String place() {
    return file + ":" + (node.getStartMark().map(Mark::getLine).orElse(0) + 1);
  }

  ConfigurationException wrong(String message) {
    return new ConfigurationException(place() + ": " + message);
  }

  /** A scalar as it is written, whatever YAML would make of it: 1G, 010 and no are texts. */
  String text(String what) throws ConfigurationException {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw wrong(what + " is not a single value");
  }

  List<YamlValue> list(String what) throws ConfigurationException {
    if (!(node instanceof SequenceNode sequence)) {
      throw wrong(what + " is not a list");
    }
    List<YamlValue> values = new ArrayList<>();
    sequence.getValue().forEach(value -> values.add(new YamlValue(file, value)));
    return values;
  }

  YamlMapping mapping(String what) throws ConfigurationException {
    if (!(node instanceof MappingNode mapping)) {
      throw wrong(what + " is not a mapping of keys to values");
    }
    return YamlMapping.of(file, this, mapping);
  }

  boolean isList() {
    return node instanceof SequenceNode;
  }

  boolean isScalar() {
    return node instanceof ScalarNode;
  }
}
