package org.capvm.intravisor.verify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.Instruction;

/**
 * One case of a vector file: the state of a hart, up to a few instructions, and the state that the
 * reference emulator was in afterwards.
 *
 * @param id of the case in its file
 * @param label the class of the case
 * @param code the instructions, two or four bytes each
 * @param privilege 3 machine, 1 supervisor, 0 user
 * @param special special capability registers by number
 * @param registers capability registers by number; others are NULL
 * @param memory the eight granules at {@link VectorMachine#MEMORY}
 * @param expected the words of the result, in the file's notation; registers that did not change
 *     have none
 * @param quirks names of emulator behaviours that the result depends on
 */
record VectorCase(
    String id,
    String label,
    List<Encoding> code,
    int privilege,
    Capability pcc,
    Capability ddc,
    Map<Integer, Capability> special,
    Map<Integer, Capability> registers,
    List<Capability> memory,
    Set<String> expected,
    Set<String> quirks) {

  /** Number of granules of memory that a case describes. */
  static final int GRANULES = 8;

  private static final String QUIRK = "quirk=";

  /** The n-th instruction, decoded in the mode that PCC says. */
  Instruction instruction(int n) {
    return Decoder.decodeXcheri(code.get(n).bits(), pcc.isCapabilityMode());
  }

  /** The bits of an instruction, and its length in bytes. */
  record Encoding(int bits, int length) {}

  /**
   * Parses a line.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static VectorCase parse(String line) {
    int arrow = line.indexOf(" => ");
    if (arrow < 0) {
      throw new IllegalArgumentException("no \" => \"");
    }
    String[] words = line.substring(0, arrow).split(" ");
    if (words.length < 4) {
      throw new IllegalArgumentException("too short");
    }
    Fields fields = new Fields();
    for (int i = 2; i < words.length; i++) {
      fields.take(words[i]);
    }
    Set<String> expected = new LinkedHashSet<>();
    Set<String> quirks = new LinkedHashSet<>();
    for (String word : line.substring(arrow + 4).split(" ")) {
      if (word.startsWith(QUIRK)) {
        quirks.addAll(List.of(word.substring(QUIRK.length()).split(",")));
      } else {
        expected.add(word);
      }
    }
    return fields.toCase(words[0], words[1], expected, quirks);
  }

  /** A capability as the file writes it. */
  static Capability capability(String text) {
    String[] parts = text.split(":");
    if (parts.length != 3 || !(parts[0].equals("0") || parts[0].equals("1"))) {
      throw new IllegalArgumentException("not a capability: " + text);
    }
    return Capability.fromMemory(
        parts[0].equals("1"),
        Long.parseUnsignedLong(parts[1], 16),
        Long.parseUnsignedLong(parts[2], 16));
  }

  /** The words before the arrow. */
  private static final class Fields {
    private final List<Encoding> code = new ArrayList<>();
    private final Map<Integer, Capability> special = new TreeMap<>();
    private final Map<Integer, Capability> registers = new TreeMap<>();
    private List<Capability> memory = List.of();
    private Capability pcc;
    private Capability ddc;
    private int privilege = 3;

    private void take(String word) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("not NAME=VALUE: " + word);
      }
      String name = word.substring(0, equals);
      String value = word.substring(equals + 1);
      switch (name) {
        case "n", "pte", "sccsr" -> {
          // The number of instructions is that of the words of code; the others are for an MMU.
        }
        case "code" -> {
          for (String bits : value.split(",")) {
            code.add(new Encoding(Integer.parseUnsignedInt(bits, 16), bits.length() / 2));
          }
        }
        case "priv" -> privilege = Integer.parseInt(value);
        case "pcc" -> pcc = capability(value);
        case "ddc" -> ddc = capability(value);
        case "mem" -> memory = granules(value);
        default -> {
          if (name.startsWith("scr")) {
            special.put(number(name, 3), capability(value));
          } else if (name.startsWith("x")) {
            registers.put(number(name, 1), capability(value));
          } else {
            throw new IllegalArgumentException("unknown field " + name);
          }
        }
      }
    }

    private static int number(String name, int from) {
      int number = Integer.parseInt(name.substring(from));
      if (number < 0 || number > 31) {
        throw new IllegalArgumentException("no register " + name);
      }
      return number;
    }

    private static List<Capability> granules(String value) {
      List<Capability> granules = new ArrayList<>();
      for (String text : value.split(",")) {
        granules.add(capability(text));
      }
      if (granules.size() != GRANULES) {
        throw new IllegalArgumentException(granules.size() + " granules of memory");
      }
      return granules;
    }

    private VectorCase toCase(String id, String label, Set<String> expected, Set<String> quirks) {
      if (pcc == null || ddc == null || code.isEmpty()) {
        throw new IllegalArgumentException("no pcc, ddc or code");
      }
      return new VectorCase(
          id, label, code, privilege, pcc, ddc, special, registers, memory, expected, quirks);
    }
  }
}
