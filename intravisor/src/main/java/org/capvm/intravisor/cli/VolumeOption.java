package org.capvm.intravisor.cli;

import java.nio.file.Path;
import org.capvm.intravisor.cvm.Volume;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code HOST:GUEST[:rw]}. */
final class VolumeOption implements ITypeConverter<Volume> {
  @Override
  public Volume convert(String value) {
    try {
      return Volume.parse(value, Path.of(""));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
