package org.capvm.intravisor.configuration;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.capvm.intravisor.cvm.ByteSize;
import org.capvm.intravisor.ipc.AccessList;
import org.capvm.intravisor.ipc.IpcNamespace;

/** Reads one shared buffer of a configuration. */
final class BufferReader {
  static final List<String> KEYS = List.of("name", "size", "data", "readers", "writers");

  private BufferReader() {}

  static BufferPlan read(YamlValue value) throws ConfigurationException {
    YamlMapping buffer = value.mapping("a shared buffer");
    buffer.refuse("addr", "is a key that the original Intravisor does not honour either");
    buffer.allowOnly(KEYS);
    String name = buffer.require("name", "a shared buffer").text("'name'");
    YamlValue sizeValue = buffer.require("size", "buffer '" + name + "'");
    long size = size(sizeValue);
    byte[] contents = {};
    if (buffer.find("data").isPresent()) {
      contents = buffer.find("data").get().text("'data'").getBytes(StandardCharsets.UTF_8);
      if (contents.length > size) {
        throw buffer.find("data").get().wrong("'data' is longer than the buffer");
      }
    }
    AccessList access = AccessList.OPEN;
    if (buffer.find("readers").isPresent() || buffer.find("writers").isPresent()) {
      access = new AccessList(buffer.names("readers"), buffer.names("writers"));
    }
    return new BufferPlan(name, size, contents, access, value.place());
  }

  /** Hexadecimal with 0x, as the original has it, or a size as elsewhere. */
  private static long size(YamlValue value) throws ConfigurationException {
    String text = value.text("'size'");
    long size;
    try {
      size =
          text.matches("0x[0-9a-fA-F]{1,15}")
              ? Long.parseLong(text.substring(2), 16)
              : ByteSize.parse(text);
    } catch (IllegalArgumentException e) {
      throw value.wrong("'size': " + e.getMessage());
    }
    if (size <= 0 || size > IpcNamespace.LARGEST_FILE) {
      throw value.wrong("'size': a shared buffer has 1 byte to 1 GiB");
    }
    return size;
  }
}
