package org.capvm.intravisor.cli;

import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A host folder that the guest sees.
 *
 * @param host the folder
 * @param guest its absolute path in the guest
 * @param writable whether the guest may change it
 */
record VolumeOption(Path host, String guest, boolean writable) {

  /** Reads {@code HOST:GUEST[:rw]}. */
  static final class Converter implements ITypeConverter<VolumeOption> {
    @Override
    public VolumeOption convert(String value) {
      boolean writable = value.endsWith(":rw");
      String folders = value.replaceFirst(":r[wo]$", "");
      int colon = folders.lastIndexOf(':');
      if (colon < 1 || !folders.startsWith("/", colon + 1)) {
        throw new TypeConversionException(
            "'" + value + "' is not of the form HOST:GUEST[:rw] with an absolute path GUEST");
      }
      return new VolumeOption(
          Path.of(folders.substring(0, colon)), folders.substring(colon + 1), writable);
    }
  }
}
