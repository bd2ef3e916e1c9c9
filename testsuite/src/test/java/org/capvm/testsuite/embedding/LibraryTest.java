package org.capvm.testsuite.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;
import org.capvm.CvmBuilder;
import org.capvm.CvmLibrary;
import org.capvm.CvmStartException;
import org.capvm.GuestBuffer;
import org.capvm.GuestFaultException;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.roots.DebianRoot;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions of a library in a cVM, called from Java; {@code shapes.c} is the library. */
class LibraryTest {
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

  private static final Path FOLDER = Path.of("target/embedding").toAbsolutePath();

  @BeforeAll
  static void build() throws IOException, InterruptedException {
    Files.createDirectories(FOLDER);
    new Command(
            List.of(
                "riscv64-linux-gnu-gcc",
                "-O2",
                "-Wall",
                "-fno-optimize-sibling-calls",
                "-shared",
                "-fPIC",
                "-o",
                FOLDER.resolve("libshapes.so").toString(),
                "src/test/embedding/shapes.c"))
        .succeed();
  }

  private static CvmBuilder builder() {
    return new CvmBuilder().root(DebianRoot.path()).volume(FOLDER, "/lib/shapes", false);
  }

  private static CvmLibrary shapes() throws CvmStartException {
    return builder().load("/lib/shapes/libshapes.so");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void argumentsAndResultsOfAllTypes(boolean interpreted) throws CvmStartException {
    try (CvmLibrary library = builder().interpreted(interpreted).load("/lib/shapes/libshapes.so")) {
      assertEquals(-5, library.call("negate", 5).asInt());
      assertEquals(Integer.MIN_VALUE, library.call("negate", Integer.MIN_VALUE).asInt());
      short b = -300;
      long sum =
          library
              .call("sum_of_eight", 'a', b, -70_000, 1L << 40, 255, 0xffff_ffff, true, -9L)
              .asLong();
      assertEquals('a' - 300 - 70_000 + (1L << 40) + 255 + 0xffff_ffffL + 1 - 9, sum);
      assertEquals(-0.75f, library.call("half", -1.5f).asFloat());
      assertEquals(
          1 + 2.5 + (1L << 33) + 0.25, library.call("mixed", 1, 2.5, 1L << 33, 0.25f).asDouble());
      try (GuestBuffer coefficients = library.allocate(3 * Double.BYTES)) {
        for (int i = 0; i < 3; i++) {
          coefficients.memory().set(DOUBLE, i * 8L, i + 1);
        }
        assertEquals(
            1 + 2 * 10 + 3 * 100, library.call("polynomial", 10.0, 3, coefficients).asDouble());
      }
      try (GuestBuffer text = library.copyOf("grün")) {
        library.call("reverse", text);
        assertEquals(5 + 1, text.size());
        byte[] bytes = "grün".getBytes(UTF_8);
        for (int i = 0; i < bytes.length; i++) {
          assertEquals(bytes[bytes.length - 1 - i], text.memory().get(ValueLayout.JAVA_BYTE, i));
        }
      }
      assertEquals(8, library.call("returns_by_longjmp", 7).asInt());
      assertEquals(20_000, library.call("recurse", 10_000).asLong() + 10_000);
    }
  }

  @Test
  void anUnmodifiedLibraryOfDebian() throws CvmStartException {
    try (CvmLibrary zlib = new CvmBuilder().root(DebianRoot.path()).load("libz.so.1");
        GuestBuffer text = zlib.copyOf("a checksum".getBytes(UTF_8))) {
      CRC32 expected = new CRC32();
      expected.update("a checksum".getBytes(UTF_8));
      assertEquals((int) expected.getValue(), zlib.call("crc32", 0, text, text.size()).asInt());
      String version = zlib.text(zlib.call("zlibVersion").asLong());
      assertTrue(version.matches("1\\.[0-9.]+"), version);
    }
  }

  @Test
  void cvmsOfOneLibraryShareNothing() throws CvmStartException {
    try (CvmLibrary one = shapes();
        CvmLibrary other = shapes()) {
      assertEquals(1, one.call("counted").asInt());
      assertEquals(2, one.call("counted").asInt());
      assertEquals(1, other.call("counted").asInt());
      assertThrows(GuestFaultException.class, () -> one.call("fault", 8));
      assertEquals(2, other.call("counted").asInt());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fault, 16, 139",
    "fault, 9223372036854775807, 139",
    "leave, 3, 3",
    "give_up, 0, 134",
    "close_all, 0, 137"
  })
  void whoDoesNotReturnEndsItsCvmAlone(String function, long argument, int status)
      throws CvmStartException {
    try (CvmLibrary library = shapes()) {
      GuestFaultException e =
          assertThrows(GuestFaultException.class, () -> library.call(function, argument));
      assertEquals(status, e.status());
      assertTrue(e.getMessage().contains("'" + function + "'"), e.getMessage());
      assertThrows(GuestFaultException.class, () -> library.call("negate", 1));
    }
  }

  @Test
  void endlessFunctionIsEndedByItsTimeLimit() throws CvmStartException {
    try (CvmLibrary library =
        builder().timeLimit(Duration.ofSeconds(3)).load("/lib/shapes/libshapes.so")) {
      assertEquals(-1, library.call("negate", 1).asInt());
      assertEquals(
          124, assertThrows(GuestFaultException.class, () -> library.call("spin")).status());
    }
  }

  @Test
  void closingEndsCallsOfOtherThreads() throws Exception {
    CvmLibrary library = shapes();
    library.call("negate", 1);
    var call = CompletableFuture.supplyAsync(() -> library.call("spin"));
    library.close();
    // It may not have begun yet, or have been in the guest: it ends in either case.
    Exception e = assertThrows(Exception.class, call::get);
    assertEquals(GuestFaultException.class, e.getCause().getClass());
  }

  @Test
  void memoryOfTheGuestIsOutOfReachOnceItIsClosed() throws CvmStartException {
    MemorySegment memory;
    try (CvmLibrary library = shapes();
        GuestBuffer buffer = library.copyOf("gone")) {
      memory = buffer.memory();
      assertThrows(
          IndexOutOfBoundsException.class, () -> buffer.memory().get(ValueLayout.JAVA_BYTE, 5));
    }
    assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void lyingGuestsAreNotBelieved() throws CvmStartException {
    try (CvmLibrary library = shapes()) {
      long address = library.call("lie", 10).asLong();
      assertThrows(IllegalArgumentException.class, () -> library.memory(address, 1));
      assertThrows(IllegalArgumentException.class, () -> library.text(address));
      assertThrows(IllegalArgumentException.class, () -> library.memory(0, 16));
      assertThrows(IllegalArgumentException.class, () -> library.memory(1 << 20, -1));
    }
  }

  @Test
  void wrongUseHasAMessage() throws CvmStartException {
    try (CvmLibrary library = shapes()) {
      assertMessage("no function 'absent'", () -> library.call("absent"));
      assertMessage("8 integer arguments", () -> library.call("negate", 1, 2, 3, 4, 5, 6, 7, 8, 9));
      assertMessage("String have no C type", () -> library.call("negate", "text"));
      assertMessage("a name of 5000 bytes", () -> library.call("x".repeat(5000)));
      assertEquals(-2, library.call("negate", 2).asInt());
    }
  }

  private static void assertMessage(String expected, Runnable call) {
    String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void aLibraryThatCannotBeLoadedHasAMessage() {
    CvmStartException absent =
        assertThrows(CvmStartException.class, () -> builder().load("libabsent.so"));
    assertTrue(absent.getMessage().contains("libabsent.so"), absent.getMessage());
    CvmStartException rootless =
        assertThrows(CvmStartException.class, () -> new CvmBuilder().load("libz.so.1"));
    assertTrue(rootless.getMessage().contains("root"), rootless.getMessage());
    CvmStartException small =
        assertThrows(CvmStartException.class, () -> builder().memory(1 << 20).load("libz.so.1"));
    assertTrue(!small.getMessage().isEmpty());
  }
}
