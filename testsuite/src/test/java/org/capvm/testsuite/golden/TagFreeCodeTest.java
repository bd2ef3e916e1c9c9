package org.capvm.testsuite.golden;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.capvm.runtime.memory.AtomicMemory;
import org.capvm.runtime.memory.AuthorisedMemory;
import org.capvm.runtime.memory.InRangeMemory;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.TagClearingMemory;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.Test;

/**
 * Tags cost a cVM without capabilities nothing. Its code is pinned by the golden files; here, that
 * neither it nor the accessors of memory that it calls know of capabilities and tags.
 */
class TagFreeCodeTest {
  private static final List<String> MECHANISM =
      List.of(
          "org/capvm/runtime/capability/",
          "org/capvm/runtime/memory/TagTable",
          "org/capvm/runtime/memory/AuthorisedMemory",
          "org/capvm/runtime/memory/TagClearing",
          "org/capvm/runtime/hart/CapabilityRegisters",
          "org/capvm/runtime/interpreter/CapabilityCode");

  /** Names are in a class file as they are. */
  private static boolean namesMechanism(byte[] classFile) {
    String text = new String(classFile, StandardCharsets.ISO_8859_1);
    return MECHANISM.stream().anyMatch(text::contains);
  }

  private static byte[] classFile(Class<?> type) throws IOException {
    try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
      return in.readAllBytes();
    }
  }

  @Test
  void translatedCodeHasNothingToDoWithTags() throws InterruptedException {
    List<byte[]> classes = GoldenClasses.all();
    assertFalse(classes.isEmpty());
    classes.forEach(c -> assertFalse(namesMechanism(c)));
  }

  @Test
  void accessorsHaveNothingToDoWithTags() throws IOException {
    for (Class<?> accessor : List.of(Memory.class, InRangeMemory.class, AtomicMemory.class)) {
      assertFalse(namesMechanism(classFile(accessor)), accessor.getName());
    }
    assertTrue(namesMechanism(classFile(AuthorisedMemory.class)));
    assertTrue(namesMechanism(classFile(TagClearingMemory.class)));
  }

  @Test
  void windowsHaveNoTagsUnlessAskedTo() {
    try (Window window = new Window(1 << 20)) {
      assertNull(window.tags());
    }
  }
}
