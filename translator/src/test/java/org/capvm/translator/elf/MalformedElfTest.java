package org.capvm.translator.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.samples.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes: an {@link ElfException} with one clear message, or a usable image. */
class MalformedElfTest {
  private static final int LOAD = 1;
  private static final int DYNAMIC = 2;

  private static String refusal(byte[] content) {
    String message =
        assertThrows(ElfException.class, () -> ElfImage.read(content, "sample")).getMessage();
    assertTrue(message.startsWith("sample: "), message);
    return message;
  }

  private static byte[] sample() {
    return Samples.content("control-unwind.elf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"control-unwind.elf", "control-fixed.elf", "libsample.so"})
  void truncatedAnywhere(String name) {
    byte[] whole = Samples.content(name);
    for (int length = 0; length < whole.length; length++) {
      refusal(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void zeroesAndText() {
    assertEquals("sample: the file is empty", refusal(new byte[0]));
    assertEquals("sample: not an ELF file", refusal(new byte[4096]));
    assertEquals(
        "sample: not an ELF file", refusal("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @CsvSource({"62,x86-64", "183,AArch64", "40,Arm", "9999,machine number 9999"})
  void otherMachines(int number, String name) {
    byte[] file = sample();
    ElfBytes.putShort(file, 18, number);
    assertEquals("sample: made for " + name + ", not for RISC-V", refusal(file));
  }

  @Test
  void otherClassesAndByteOrders() {
    byte[] file = sample();
    file[4] = 1;
    assertEquals("sample: a 32-bit RISC-V file; only 64-bit ones are supported", refusal(file));
    file = sample();
    file[5] = 2;
    ElfBytes.putShort(file, 18, Short.reverseBytes((short) 243));
    assertEquals(
        "sample: a big-endian RISC-V file; only little-endian ones are supported", refusal(file));
  }

  @ParameterizedTest
  @CsvSource({
    "1,an object file; link it first",
    "4,'a core dump, not a program'",
    "77,neither a program nor a shared library (ELF type 77)"
  })
  void otherTypes(int type, String message) {
    byte[] file = sample();
    ElfBytes.putShort(file, 16, type);
    assertEquals("sample: " + message, refusal(file));
  }

  @Test
  void directoriesAndMissingFiles(@TempDir Path folder) throws IOException {
    assertEquals(
        folder + ": is a directory",
        assertThrows(ElfException.class, () -> ElfImage.read(folder)).getMessage());
    Path missing = folder.resolve("missing");
    assertEquals(
        missing + ": no such file",
        assertThrows(ElfException.class, () -> ElfImage.read(missing)).getMessage());
    Path good = Files.write(folder.resolve("good"), sample());
    assertEquals(good.toString(), assertDoesNotThrowRead(good).name());
  }

  private static ElfImage assertDoesNotThrowRead(Path file) {
    try {
      return ElfImage.read(file);
    } catch (ElfException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40, 0x7fff_ffff_ffff_f000L})
  void absurdSegments(long value) {
    // p_offset, p_vaddr, p_filesz, p_memsz
    for (int field : new int[] {8, 16, 32, 40}) {
      byte[] file = sample();
      int header = ElfBytes.programHeader(file, ElfBytes.find(file, LOAD));
      ElfBytes.putLong(file, header + field, value);
      if (field != 40 || value < 0 || value > Headers.ADDRESS_LIMIT) {
        refusal(file);
      }
    }
  }

  @Test
  void absurdCounts() {
    for (int field : new int[] {54, 56, 58, 60, 62}) {
      byte[] file = sample();
      ElfBytes.putShort(file, field, 0xfffe);
      refusal(file);
    }
  }

  @Test
  void absurdDynamicEntries() {
    byte[] whole = sample();
    int header = ElfBytes.programHeader(whole, ElfBytes.find(whole, DYNAMIC));
    int table = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(header + 8);
    for (int entry = 0; entry < 16; entry++) {
      for (long value : new long[] {-1, Long.MAX_VALUE, 1L << 40, 0xfff_ffff}) {
        byte[] file = whole.clone();
        ElfBytes.putLong(file, table + 16 * entry + 8, value);
        readAndDiscover(file);
      }
    }
  }

  /** Changes bytes at random; the time and memory that reading takes stay bounded. */
  @ParameterizedTest
  @ValueSource(strings = {"control-unwind.elf", "control-fixed.elf", "libsample.so"})
  void randomDamage(String name) {
    byte[] whole = Samples.content(name);
    Random random = new Random(20261121);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int i = 0; i < 3000; i++) {
            byte[] file = whole.clone();
            int changes = 1 + random.nextInt(4);
            for (int c = 0; c < changes; c++) {
              // Most interesting are the headers at the start of the file.
              int limit = random.nextBoolean() ? 700 : file.length;
              file[random.nextInt(limit)] = (byte) (random.nextBoolean() ? -1 : random.nextInt());
            }
            readAndDiscover(file);
          }
        });
  }

  private static void readAndDiscover(byte[] file) {
    try {
      Discovery.discover(ElfImage.read(file, "sample"));
    } catch (ElfException e) {
      assertTrue(e.getMessage().startsWith("sample: "), e.getMessage());
    }
  }
}
