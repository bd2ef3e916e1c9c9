package org.capvm.intravisor.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.Volume;
import org.capvm.intravisor.ipc.AccessList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
  private static final String ALL_KEYS =
      """
      cVMs:
        - name: web
          root: .
          program: /usr/sbin/server
          args: [-p, 080, "two words"]
          env: {MODE: no, HOME: /srv}
          workdir: /srv
          volumes: ["data:/data:rw", ".:/read"]
          memory: 512M
          engine: interpreter
          time-limit: 1.5
          wait: -1
      ---
      cVMs:
        - {name: last, program: bin/tool, args: "  a  b ", wait: 2}
      """;

  @TempDir Path folder;

  private Configuration read(String text) throws IOException, ConfigurationException {
    return Configuration.read(Files.writeString(folder.resolve("f.yaml"), text));
  }

  private String refusal(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("f.yaml"), text);
    String message =
        assertThrows(ConfigurationException.class, () -> Configuration.read(file)).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    assertEquals(1, message.lines().count(), message);
    return message.substring(file.toString().length());
  }

  @Test
  void readsAllKeys() throws Exception {
    Files.createDirectory(folder.resolve("data"));
    List<CvmPlan> cvms = read(ALL_KEYS).cvms();
    CvmPlan web = cvms.get(0);
    CvmOptions options = web.options();
    assertEquals("web", web.name());
    assertEquals("/usr/sbin/server", options.program());
    assertEquals(Optional.of(folder.resolve(".")), options.root());
    assertEquals(List.of("-p", "080", "two words"), options.arguments());
    assertEquals("no", options.environment().get("MODE"));
    assertEquals("/srv", options.environment().get("HOME"));
    assertEquals("C.UTF-8", options.environment().get("LANG"));
    assertEquals("/srv", options.workingFolder());
    assertEquals(
        List.of(
            new Volume(folder.resolve("data"), "/data", true),
            new Volume(folder.resolve("."), "/read", false)),
        options.volumes());
    assertEquals(512L << 20, options.memory());
    assertTrue(web.interpreted());
    assertEquals(Optional.of(Duration.ofMillis(1500)), options.timeLimit());
    assertEquals(CvmPlan.Pause.END, web.pause());
    assertTrue(web.place().endsWith("f.yaml:4"), web.place());

    CvmPlan last = cvms.get(1);
    assertEquals(folder.resolve("bin/tool").toString(), last.options().program());
    assertEquals(List.of("a", "b"), last.options().arguments());
    assertEquals(Duration.ofSeconds(2), last.pause().time().orElseThrow());
    assertFalse(last.interpreted());
    assertEquals(CvmOptions.DEFAULT_MEMORY, last.options().memory());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          program: a\\nname: a, memry: 1G|:3: there is no key 'memry' here; did you mean 'memory'?
          program: a\\nname: a, colour: 1G|:3: there is no key 'colour' here; known are name, program
          program: a\\nname: a, disk: x|:3: there is no image
          program: a\\nname: a, disk: ":ro"|:3: 'disk': ':ro' is not of the form FILE[:ro]
          program: a\\nname: a, net: x|:3: 'net' is a key of the original Intravisor
          program: a\\nname: a, program: b|:3: 'program' is given twice
          program: a|:2: a cVM has no 'name'
          name: a|:2: cVM 'a' has no 'program'
          program: a\\nname: a b|:3: 'a b' is not a name
          program: a\\nname: [a]|:3: 'name' is not a single value
          program: a, name: a\\nmemory: 1T|:3: 'memory': '1T' is not a size
          program: a, name: a\\ntime-limit: 0|:3: 'time-limit': '0' is not a time above 0
          program: a, name: a\\ntime-limit: NaN|:3: 'time-limit': 'NaN' is not a number of seconds
          program: a, name: a\\nwait: -2|:3: 'wait': '-2' is not a number of seconds
          program: a, name: a\\nengine: fast|:3: 'engine': 'fast' is neither translated nor interpreter
          program: a, name: a\\nroot: none|:3: folder
          program: a, name: a\\nvolumes: [x]|:3: 'x' is not of the form HOST:GUEST[:rw]
          program: a, name: a\\nvolumes: ["x:/y"]|:3: folder
          program: a, name: a\\nenv: [x]|:3: 'env' is not a mapping
          program: a, name: a\\nenv: {"x=y": 1}|:3: 'x=y' is no name of a variable
          """)
  void namesLineAndKey(String cvm, String message) throws IOException {
    String text =
        "cVMs:\n  - {" + cvm.strip().replace("\\n", ",\n     ").replace(",,", ",") + "}\n";
    assertTrue(refusal(text).startsWith(message.strip()), refusal(text));
  }

  @Test
  void readsWhatCvmsShare() throws Exception {
    Configuration both =
        read(
            """
            streams: [{name: in, reader: a}, {name: out, reader: b, writers: [a]}]
            capfiles: [{name: in, size: 0x10, data: x, readers: [a]}]
            ---
            cVMs: [{name: a, program: a}, {name: b, program: ~/b, root: .}]
            """);
    assertEquals(
        List.of(
            new StreamPlan("in", "a", AccessList.OPEN, folder.resolve("f.yaml") + ":1"),
            new StreamPlan(
                "out",
                "b",
                new AccessList(Set.of(), Set.of("a")),
                folder.resolve("f.yaml") + ":1")),
        both.streams());
    BufferPlan buffer = both.buffers().getFirst();
    assertEquals(16, buffer.size());
    assertEquals(new AccessList(Set.of("a"), Set.of()), buffer.access());
    Configuration home = read("cVMs: [{name: a, program: ~/b, volumes: ['~/:/home']}]");
    Path folder = Path.of(System.getProperty("user.home"));
    CvmOptions options = home.cvms().getFirst().options();
    assertEquals(folder.resolve("b").toString(), options.program());
    assertEquals(List.of(new Volume(folder, "/home", false)), options.volumes());
  }

  @Test
  void namesWhatIsWrongWithTheFile() throws Exception {
    assertEquals(": there is no cVM in it", refusal(""));
    assertEquals(":1: the document is not a mapping of keys to values", refusal("- a"));
    assertEquals(":1: the document has no 'cVMs'", refusal("{}"));
    assertTrue(refusal("cVM: []").contains("did you mean 'cVMs'?"));
    assertTrue(refusal("cVMs: [\n\n]]").startsWith(":3: not YAML: "));
    assertTrue(refusal("cVMs: &a [*a]").contains("a cVM is not a mapping"));
    assertTrue(refusal("capfiles: []").endsWith("there is no cVM in it"));
    String file = "cVMs: [{name: a, program: a}]\ncapfiles:\n- {name: f, size: ";
    assertTrue(refusal(file + "0}").startsWith(":3: 'size': a shared buffer has"));
    assertTrue(refusal(file + "2G}").startsWith(":3: 'size': a shared buffer has"));
    assertTrue(refusal(file + "x}").startsWith(":3: 'size': "));
    assertTrue(refusal(file + "0x1, data: ab}").startsWith(":3: 'data' is longer"));
    assertTrue(refusal(file + "1, addr: 0}").contains("'addr' is a key that"));
    assertTrue(refusal(file + "1}\n- {name: f, size: 1}").startsWith(":4: there is another"));
    String stream = "cVMs: [{name: a, program: a}]\nstreams:\n- {name: f, reader: ";
    assertEquals(":3: there is no cVM of the name 'b'", refusal(stream + "b}"));
    assertEquals(":3: stream 'f' has no 'reader'", refusal("cVMs: []\nstreams:\n- {name: f}"));
    assertTrue(refusal(stream + "a, writer: [b]}").startsWith(":3: there is no key 'writer' here"));
    assertTrue(refusal(stream + "a}\n- {name: f, reader: a}").startsWith(":4: there is another"));
    assertTrue(
        refusal("#".repeat((1 << 20) + 1)).endsWith("larger than a configuration may be, 1 MiB"));
    String twice = "cVMs: [{name: a, program: a},\n{name: a, program: b}]";
    assertEquals(":2: there is another cVM of the name 'a'", refusal(twice));
    Path none = folder.resolve("none.yaml");
    assertEquals(
        none + ": there is no such file",
        assertThrows(ConfigurationException.class, () -> Configuration.read(none)).getMessage());
    Path binary = Files.write(folder.resolve("b.yaml"), new byte[] {(byte) 0xff, 0});
    assertEquals(
        binary + ": not a text in UTF-8",
        assertThrows(ConfigurationException.class, () -> Configuration.read(binary)).getMessage());
  }

  /** Damaged in any way, a configuration is read or refused with one line. */
  @Test
  void survivesDamage() throws Exception {
    Files.createDirectory(folder.resolve("data"));
    Random random = new Random(26);
    byte[] whole = ALL_KEYS.getBytes(StandardCharsets.UTF_8);
    String characters = "\t\n -:[]{}&*!|>'\"%@`#?,\u0000\u0007~<=0aé\uFEFF";
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder(new String(whole, StandardCharsets.UTF_8));
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        int at = random.nextInt(text.length() - 8);
        String other = characters.substring(random.nextInt(characters.length())).substring(0, 1);
        switch (random.nextInt(4)) {
          case 0 -> text.insert(at, other);
          case 1 -> text.deleteCharAt(at);
          case 2 -> text.replace(at, at + 1, other);
          default -> text.delete(at, at + random.nextInt(8));
        }
      }
      try {
        read(text.toString());
      } catch (ConfigurationException e) {
        refused++;
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      }
    }
    assertTrue(refused > 1_000, refused + " of 2,000 damaged files are refused");
  }

  /** The schema that editors use knows the same keys. */
  @Test
  void schemaHasTheSameKeys() throws Exception {
    Path schema = Path.of("src/main/configuration/configuration.schema.json");
    var settings = org.snakeyaml.engine.v2.api.LoadSettings.builder().build();
    var load = new org.snakeyaml.engine.v2.api.Load(settings);
    Map<?, ?> whole = (Map<?, ?>) load.loadFromString(Files.readString(schema));
    Map<?, ?> cvm = (Map<?, ?>) ((Map<?, ?>) whole.get("$defs")).get("cVM");
    assertEquals(Set.copyOf(CvmReader.KEYS), ((Map<?, ?>) cvm.get("properties")).keySet());
    assertEquals(List.of("name", "program"), cvm.get("required"));
    Map<?, ?> top = (Map<?, ?>) whole.get("properties");
    assertEquals(Set.copyOf(Configuration.KEYS), top.keySet());
    assertEquals(Set.copyOf(BufferReader.KEYS), keysOfItems(top.get("capfiles")));
    assertEquals(Set.copyOf(StreamPlanReader.KEYS), keysOfItems(top.get("streams")));
  }

  private static Set<?> keysOfItems(Object list) {
    Map<?, ?> items = (Map<?, ?>) ((Map<?, ?>) list).get("items");
    return ((Map<?, ?>) items.get("properties")).keySet();
  }
}
