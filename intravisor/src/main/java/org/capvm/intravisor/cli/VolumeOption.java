package org.capvm.intravisor.cli;

import java.nio.file.Path;
import org.capvm.intravisor.cvm.Volume;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code HOST:GUEST[:rw]}. */
final class VolumeOption implements ITypeConverter<Volume> {
  @Override
  public Volume convert(String value) {
    boolean writable = value.endsWith(":rw");
    String folders = writable ? value.substring(0, value.length() - 3) : value;
    int colon = folders.lastIndexOf(':');
    if (colon < 1 || !folders.startsWith("/", colon + 1)) {
      throw new TypeConversionException(
          "'" + value + "' is not of the form HOST:GUEST[:rw] with an absolute path GUEST");
    }
    return new Volume(Path.of(folders.substring(0, colon)), folders.substring(colon + 1), writable);
  }
}
