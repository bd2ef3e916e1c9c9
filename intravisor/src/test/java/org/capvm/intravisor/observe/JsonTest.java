package org.capvm.intravisor.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void objectsKeepTheirOrder() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("b", 1);
    map.put("a", List.of(2.5, true));
    assertEquals("{\n  \"b\": 1,\n  \"a\": [\n    2.5,\n    true\n  ]\n}\n", Json.write(map));
  }

  @Test
  void emptyCollectionsStayOnTheLine() {
    assertEquals("{}\n", Json.write(Map.of()));
    assertEquals("[]\n", Json.write(List.of()));
  }

  @Test
  void stringsAreEscaped() {
    assertEquals("\"a\\\"b\\\\c\\n\\u0001\"\n", Json.write("a\"b\\c\n\u0001"));
  }

  @Test
  void whatJsonCannotSayIsNull() {
    assertEquals("null\n", Json.write(null));
    assertEquals("null\n", Json.write(Double.NaN));
  }
}
