package org.capvm.intravisor.configuration;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.capvm.intravisor.cvm.Placement;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * What a configuration file asks for: YAML documents with a list {@code cVMs}, as the original
 * Intravisor has them. {@code configuration.schema.json} describes them.
 *
 * @param cvms in the order in which they are started
 * @param buffers that cVMs share, of unique names
 * @param streams that cVMs can be connected by, of unique names
 */
public record Configuration(
    List<CvmPlan> cvms, List<BufferPlan> buffers, List<StreamPlan> streams) {
  static final List<String> KEYS = List.of("cVMs", "capfiles", "streams");

  private static final long MOST_BYTES = 1 << 20;

  public Configuration {
    cvms = List.copyOf(cvms);
    buffers = List.copyOf(buffers);
    streams = List.copyOf(streams);
  }

  /** Where those lie that share a window with others, by name. */
  public Map<String, Placement> placements() {
    return cvms.stream()
        .filter(cvm -> cvm.placement().isPresent())
        .collect(Collectors.toMap(CvmPlan::name, cvm -> cvm.placement().get()));
  }

  /** The same, with the hostcalls of cVMs without a kernel shown. */
  public Configuration withTracedHostcalls() {
    return new Configuration(
        cvms.stream().map(CvmPlan::withTracedHostcalls).toList(), buffers, streams);
  }

  /**
   * Reads a file. Host paths in it are relative to its folder.
   *
   * @throws ConfigurationException when it is not there, or anything in it is not understood
   */
  public static Configuration read(Path file) throws ConfigurationException {
    CvmReader reader = new CvmReader(file.toAbsolutePath().getParent());
    Map<String, CvmPlan> cvms = new LinkedHashMap<>();
    Map<String, NestingKeys> nesting = new LinkedHashMap<>();
    Map<String, BufferPlan> buffers = new LinkedHashMap<>();
    Map<String, StreamPlan> streams = new LinkedHashMap<>();
    for (YamlValue document : documents(file)) {
      YamlMapping mapping = document.mapping("the document");
      mapping.allowOnly(KEYS);
      if (mapping.find("capfiles").isPresent()) {
        readBuffers(mapping.find("capfiles").get(), buffers);
      }
      if (mapping.find("streams").isPresent()) {
        readStreams(mapping.find("streams").get(), streams);
      }
      boolean hasObjects =
          mapping.find("capfiles").isPresent() || mapping.find("streams").isPresent();
      if (hasObjects && mapping.find("cVMs").isEmpty()) {
        continue;
      }
      for (YamlValue value : mapping.require("cVMs", "the document").list("'cVMs'")) {
        NestingKeys keys = NestingKeys.read(value);
        CvmPlan plan = reader.read(value, keys);
        if (cvms.putIfAbsent(plan.name(), plan) != null) {
          throw value.wrong("there is another cVM of the name '" + plan.name() + "'");
        }
        nesting.put(plan.name(), keys);
      }
    }
    if (cvms.isEmpty()) {
      throw new ConfigurationException(file + ": there is no cVM in it");
    }
    Map<String, Placement> placements = Placements.of(cvms, nesting, Nesting.of(cvms, nesting));
    cvms.replaceAll(
        (name, plan) -> placements.containsKey(name) ? plan.placed(placements.get(name)) : plan);
    for (StreamPlan stream : streams.values()) {
      if (!cvms.containsKey(stream.reader())) {
        throw new ConfigurationException(
            stream.place() + ": there is no cVM of the name '" + stream.reader() + "'");
      }
    }
    return new Configuration(
        List.copyOf(cvms.values()), List.copyOf(buffers.values()), List.copyOf(streams.values()));
  }

  private static void readStreams(YamlValue list, Map<String, StreamPlan> streams)
      throws ConfigurationException {
    for (YamlValue value : list.list("'streams'")) {
      StreamPlan plan = StreamPlanReader.read(value);
      if (streams.putIfAbsent(plan.name(), plan) != null) {
        throw value.wrong("there is another stream of the name '" + plan.name() + "'");
      }
    }
  }

  private static void readBuffers(YamlValue list, Map<String, BufferPlan> buffers)
      throws ConfigurationException {
    for (YamlValue value : list.list("'capfiles'")) {
      BufferPlan plan = BufferReader.read(value);
      if (buffers.putIfAbsent(plan.name(), plan) != null) {
        throw value.wrong("there is another buffer of the name '" + plan.name() + "'");
      }
    }
  }

  private static List<YamlValue> documents(Path file) throws ConfigurationException {
    List<YamlValue> documents = new ArrayList<>();
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
      ParserImpl events = new ParserImpl(settings, new StreamReader(settings, text(file)));
      Composer nodes = new Composer(settings, new NestingLimit(events));
      while (nodes.hasNext()) {
        documents.add(new YamlValue(file, nodes.next()));
      }
    } catch (MarkedYamlEngineException e) {
      String line = e.getProblemMark().map(m -> ":" + (m.getLine() + 1)).orElse("");
      throw new ConfigurationException(file + line + ": not YAML: " + oneLine(e.getProblem()));
    } catch (YamlEngineException e) {
      throw new ConfigurationException(file + ": not YAML: " + oneLine(e.getMessage()));
    }
    return documents;
  }

  private static String text(Path file) throws ConfigurationException {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new ConfigurationException(file + ": larger than a configuration may be, 1 MiB");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(file + ": there is no such file");
    } catch (CharacterCodingException e) {
      throw new ConfigurationException(file + ": not a text in UTF-8");
    } catch (IOException e) {
      throw new ConfigurationException(file + ": cannot be read: " + e.getMessage());
    }
  }

  private static String oneLine(String message) {
    return String.valueOf(message).replaceAll("\\s+", " ").strip();
  }
}
