package org.capvm.testsuite.bare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.capvm.CvmBuilder;
import org.capvm.CvmProcess;
import org.capvm.CvmStartException;
import org.capvm.testsuite.bare.BareProgram.Use;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The block device of bare programs. */
class DiskTest {
  private static final int SECTOR = 512;

  @TempDir private Path folder;
  private Path image;
  private byte[] contents;

  /** Eight sectors, each of its own number. */
  @BeforeEach
  void makeImage() throws Exception {
    contents = new byte[8 * SECTOR];
    for (int i = 0; i < contents.length; i++) {
      contents[i] = (byte) (i / SECTOR);
    }
    image = Files.write(folder.resolve("image"), contents);
  }

  private CvmBuilder builder(boolean writable) {
    return new CvmBuilder().bare(true).memory(16 << 20).disk(image, writable);
  }

  @ParameterizedTest
  @CsvSource({"NONE, true", "NONE, false", "HYBRID, true", "HYBRID, false"})
  void isReadAndWritten(Use use, boolean interpreted) throws Exception {
    Path program = BareProgram.build(folder, "disk.c", use);
    try (CvmProcess cvm = builder(true).interpreted(interpreted).start(program.toString())) {
      assertEquals("disk ok\n", new String(cvm.output().readAllBytes(), UTF_8));
      assertEquals(0, cvm.waitFor());
    }
    Arrays.fill(contents, 3 * SECTOR, 4 * SECTOR, (byte) 0xaa);
    Arrays.fill(contents, 4 * SECTOR, 5 * SECTOR, (byte) 0xbb);
    assertArrayEquals(contents, Files.readAllBytes(image));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void capabilitiesOfARequestAreItsAuthority(boolean interpreted) throws Exception {
    Files.writeString(image, "sector 0" + ".".repeat(SECTOR - 8));
    Path program = BareProgram.build(folder, "disk-pure.S", Use.PURE);
    try (CvmProcess cvm = builder(false).interpreted(interpreted).start(program.toString())) {
      assertEquals("sector 0", new String(cvm.output().readAllBytes(), UTF_8));
      assertEquals(0, cvm.waitFor());
    }
  }

  @Test
  void isNotWrittenWhereItIsReadOnly() throws Exception {
    Path program = BareProgram.build(folder, "disk.c", Use.HYBRID);
    try (CvmProcess cvm = builder(false).start(program.toString())) {
      assertEquals("check 7\n", new String(cvm.output().readAllBytes(), UTF_8));
    }
    assertArrayEquals(contents, Files.readAllBytes(image));
  }

  @Test
  void isOneCvmsAlone() throws Exception {
    Path program = BareProgram.build(folder, "blocked.c", Use.HYBRID, "-DCASE=0");
    try (CvmProcess holder = builder(true).start(program.toString())) {
      assertTrue(holder.isAlive());
      assertRefused(builder(false), "in use");
      assertRefused(builder(true), "in use");
    }
    builder(true).start(program.toString()).close();
    try (CvmProcess reader = builder(false).start(program.toString())) {
      assertTrue(reader.isAlive());
      builder(false).start(program.toString()).close();
      assertRefused(builder(true), "in use");
    }
  }

  @Test
  void hasWholeSectors() throws Exception {
    Files.writeString(image, "no sector");
    assertRefused(builder(true), "no whole sectors");
    Files.delete(image);
    assertRefused(builder(true), "does not exist");
    Files.createDirectory(image);
    assertRefused(builder(true), "not a regular file");
    assertRefused(builder(true).bare(false), "programs without a kernel");
  }

  private void assertRefused(CvmBuilder builder, String part) throws Exception {
    String program = BareProgram.build(folder, "disk.c", Use.NONE).toString();
    CvmStartException e = assertThrows(CvmStartException.class, () -> builder.start(program));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
