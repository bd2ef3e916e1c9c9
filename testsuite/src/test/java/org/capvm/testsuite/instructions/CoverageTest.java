package org.capvm.testsuite.instructions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;
import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.Opcode;
import org.junit.jupiter.api.Test;

class CoverageTest {
  /** No instruction of RV64GC is left out, but for the environment call, which kernels define. */
  @Test
  void everyInstructionIsRecorded() {
    Set<Opcode> missing = EnumSet.allOf(Opcode.class);
    missing.removeIf(opcode -> opcode.family().isXcheri());
    missing.remove(Opcode.ECALL);
    for (RecordingFile file : RecordingFile.values()) {
      for (Recording recording : file.read()) {
        ByteBuffer code = ByteBuffer.wrap(recording.code()).order(ByteOrder.LITTLE_ENDIAN);
        while (code.hasRemaining()) {
          int bits = code.getShort() & 0xffff;
          if (Decoder.length(bits) == 4) {
            bits |= code.getShort() << 16;
          }
          missing.remove(Decoder.decode(bits).opcode());
        }
      }
    }
    assertEquals(Set.of(), missing);
  }
}
