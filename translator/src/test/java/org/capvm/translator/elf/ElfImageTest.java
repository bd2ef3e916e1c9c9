package org.capvm.translator.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.capvm.translator.samples.Samples;
import org.junit.jupiter.api.Test;

/** What is read from well-formed files; the numbers are those of readelf. */
class ElfImageTest {
  @Test
  void positionIndependentProgram() {
    ElfImage image = Samples.image("control-unwind.elf");
    assertFalse(image.isExec());
    assertEquals(Optional.of("/lib/ld-linux-riscv64-lp64d.so.1"), image.interpreter());
    assertEquals(List.of("libsample.so.1"), image.neededLibraries());
    assertEquals(2, image.segments().size());
    Segment text = image.segments().get(0);
    assertTrue(text.executable() && text.readable() && !text.writable());
    assertEquals(0, text.address());
    Segment data = image.segments().get(1);
    assertTrue(data.writable() && !data.executable());
    assertEquals(0x1e88, data.address());
    assertEquals(Optional.of(new AddressRange(0x1e88, 0x2000)), image.relro());
    assertEquals(Optional.of(64L), image.programHeaderAddress());
    assertEquals(9, image.programHeaderCount());
    assertFalse(image.executableStack());
  }

  @Test
  void fixedProgram() {
    ElfImage image = Samples.image("control-fixed.elf");
    assertTrue(image.isExec());
    assertEquals(0x10000, image.segments().get(0).address());
    assertEquals(Optional.empty(), image.interpreter());
    assertEquals(Optional.empty(), image.dynamic());
    assertEquals(List.of(), image.relocations());
    assertEquals(List.of(), image.frames());
  }

  @Test
  void sharedLibrary() {
    ElfImage image = Samples.image("libsample.so");
    assertEquals(Optional.of("libsample.so.1"), image.sharedObjectName());
    assertEquals(4, image.tls().orElseThrow().memorySize());
    assertTrue(
        image.dynamicSymbols().stream()
            .anyMatch(s -> s.name().equals("sample_twice") && s.isCode()));
    assertTrue(
        image.dynamicSymbols().stream()
            .anyMatch(s -> s.name().equals("sample_outside") && !s.defined()));
    assertEquals(
        List.of("sample_outside"),
        image.relocations().stream()
            .filter(r -> r.type() == Relocation.JUMP_SLOT)
            .map(r -> r.symbol().orElseThrow().name())
            .filter(n -> n.equals("sample_outside"))
            .toList());
  }

  @Test
  void symbolsThatOnlyRelocationsCount() {
    // A program that defines no dynamic symbol has an empty hash table.
    List<Symbol> symbols = Samples.image("control-plain.elf").dynamicSymbols();
    assertTrue(symbols.stream().anyMatch(s -> s.name().equals("sample_twice")));
  }

  @Test
  void architecture() {
    String architecture = Samples.image("libsample.so").architecture().orElseThrow();
    assertTrue(architecture.startsWith("rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0"), architecture);
  }

  @Test
  void frameDescriptionsFromHeaderAndFromSectionAgree() throws ElfException {
    ElfImage image = Samples.image("control-unwind.elf");
    assertEquals(11, image.frames().size());
    byte[] stripped = Samples.content("control-unwind.elf");
    // Without section headers the table is found through PT_GNU_EH_FRAME.
    ElfBytes.putLong(stripped, 40, 0);
    ElfBytes.putShort(stripped, 60, 0);
    ElfBytes.putShort(stripped, 62, 0);
    assertEquals(image.frames(), ElfImage.read(stripped, "stripped").frames());
  }

  @Test
  void memoryAsTheLoaderMakesIt() {
    ElfImage image = Samples.image("control-fixed.elf");
    assertEquals(0x464c457f, image.read32(0x10000));
    assertEquals(0x457f, image.read16(0x10000));
    assertEquals(image.read64(0x10008) & 0xffffffffL, image.read32(0x10008) & 0xffffffffL);
    assertTrue(image.isReadOnly(0x10000, 4));
    long data = image.segments().get(1).address();
    assertFalse(image.isReadOnly(data, 8));
    assertThrows(IndexOutOfBoundsException.class, () -> image.read32(0xf000));
    assertThrows(IndexOutOfBoundsException.class, () -> image.read64(-8));
  }
}
