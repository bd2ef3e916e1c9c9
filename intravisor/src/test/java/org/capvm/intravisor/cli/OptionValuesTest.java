package org.capvm.intravisor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.capvm.intravisor.cvm.Volume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class OptionValuesTest {
  @ParameterizedTest
  @CsvSource({"4096, 4096", "64K, 65536", "512M, 536870912", "4g, 4294967296", "1GiB, 1073741824"})
  void sizesTakeBinaryUnits(String text, long bytes) {
    assertEquals(bytes, new MemorySize().convert(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "M", "-1", "1.5G", "1T", "99999999999999999999"})
  void otherSizesAreRefused(String text) {
    assertThrows(TypeConversionException.class, () -> new MemorySize().convert(text));
  }

  @Test
  void volumesAreReadOnlyUnlessTheySayOtherwise() {
    var converter = new VolumeOption();
    assertEquals(new Volume(Path.of("/a"), "/b", false), converter.convert("/a:/b"));
    assertEquals(new Volume(Path.of("a:c"), "/b", true), converter.convert("a:c:/b:rw"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", ":/b", "/a:b", "/a:b:rw"})
  void otherVolumesAreRefused(String text) {
    assertThrows(TypeConversionException.class, () -> new VolumeOption().convert(text));
  }
}
