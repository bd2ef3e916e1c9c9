package org.capvm.intravisor.cli;

import java.nio.file.Path;
import org.capvm.intravisor.cvm.Disk;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code FILE[:ro]}. */
final class DiskOption implements ITypeConverter<Disk> {
  @Override
  public Disk convert(String value) {
    try {
      return Disk.parse(value, Path.of(""));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
