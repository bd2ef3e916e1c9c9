package org.capvm.intravisor.observe;

import java.util.Map;

/**
 * Writes JSON (RFC 8259) from maps, iterables, strings, numbers, booleans and null, indented for
 * people, in the order of the maps.
 */
public final class Json {
  private final StringBuilder out = new StringBuilder();

  private Json() {}

  /** The text of a value, with a line end behind it. */
  public static String write(Object value) {
    Json json = new Json();
    json.value(value, "\n");
    return json.out.append('\n').toString();
  }

  /** The text of an object on one line, without a line end. */
  public static String line(Map<?, ?> object) {
    // A line end within a string is written as an escape.
    return write(object).replaceAll("\n *", "");
  }

  private void value(Object value, String newLine) {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> map -> object(map, newLine);
      case Iterable<?> elements -> array(elements, newLine);
      case Double d when !Double.isFinite(d) -> out.append("null");
      case Number n -> out.append(n);
      case Boolean b -> out.append(b);
      default -> string(value.toString());
    }
  }

  private void object(Map<?, ?> map, String newLine) {
    String separator = "{";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator).append(newLine).append("  ");
      string(String.valueOf(entry.getKey()));
      out.append(": ");
      value(entry.getValue(), newLine + "  ");
      separator = ",";
    }
    out.append(map.isEmpty() ? "{}" : newLine + "}");
  }

  private void array(Iterable<?> elements, String newLine) {
    String separator = "[";
    boolean empty = true;
    for (Object element : elements) {
      out.append(separator).append(newLine).append("  ");
      value(element, newLine + "  ");
      separator = ",";
      empty = false;
    }
    out.append(empty ? "[]" : newLine + "]");
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        default -> {
          if (c < ' ') {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
