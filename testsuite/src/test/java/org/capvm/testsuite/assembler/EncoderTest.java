package org.capvm.testsuite.assembler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import java.util.Random;
import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tests' assembler against the decoder, which is held to objdump elsewhere. */
class EncoderTest {
  private final Random random = new Random(1);

  @ParameterizedTest
  @EnumSource
  void decodesToWhatWasEncoded(Opcode opcode) {
    if (opcode == Opcode.ILLEGAL) {
      return;
    }
    for (int i = 0; i < 200; i++) {
      Code code = randomCode(opcode);
      assertSame(code, decode(Encoder.encode(code)));
    }
  }

  @Test
  void compressedFormsExpandToTheSameInstruction() {
    int compressed = 0;
    for (int i = 0; i < 200_000; i++) {
      Code code = randomCode(Opcode.values()[random.nextInt(Opcode.ILLEGAL.ordinal())]);
      if (random.nextBoolean()) {
        code = Code.registers(code.opcode(), code.rd(), code.rd(), code.rs2());
        code = code.withImmediate(smallImmediate(code.opcode()));
      }
      OptionalInt half = Compressor.compress(code);
      if (half.isPresent()) {
        compressed++;
        assertTrue(half.getAsInt() >>> 16 == 0);
        assertSame(code, decode(half.getAsInt()));
      }
    }
    assertTrue(compressed > 2000, "only " + compressed);
  }

  private long smallImmediate(Opcode opcode) {
    return switch (opcode.format()) {
      case IMMEDIATE, LOAD, STORE, FLOAT_LOAD, FLOAT_STORE -> random.nextInt(-64, 64) * 4L;
      case SHIFT -> random.nextInt(32);
      case UPPER -> (long) random.nextInt(-40, 40) << 12;
      default -> 0;
    };
  }

  private Code randomCode(Opcode opcode) {
    long immediate =
        switch (opcode.format()) {
          case IMMEDIATE, LOAD, STORE, FLOAT_LOAD, FLOAT_STORE -> random.nextInt(-2048, 2048);
          case CAPABILITY_IMMEDIATE, CAPABILITY_LOAD, CAPABILITY_STORE ->
              random.nextInt(-2048, 2048);
          case CAPABILITY_UNSIGNED -> random.nextInt(4096);
          case SHIFT -> random.nextInt(opcode.mnemonic().endsWith("w") ? 32 : 64);
          case UPPER -> (long) random.nextInt() & ~0xfff;
          case JUMP -> random.nextInt(-(1 << 19), 1 << 19) * 2L;
          case BRANCH -> random.nextInt(-2048, 2048) * 2L;
          case FENCE -> random.nextInt(256);
          case CSR, CSR_IMMEDIATE -> random.nextInt(1, 4);
          default -> 0;
        };
    return new Code(
        opcode,
        random.nextInt(32),
        random.nextInt(32),
        random.nextInt(32),
        random.nextInt(32),
        immediate,
        random.nextInt(5),
        false);
  }

  private static Instruction decode(int bits) {
    return Decoder.decodeXcheri(bits, false);
  }

  private static void assertSame(Code code, Instruction decoded) {
    assertEquals(code.opcode(), decoded.opcode(), decoded::toString);
    assertEquals(code.immediate(), decoded.immediate(), decoded::toString);
    int bits = Encoder.encode(code);
    Instruction expected = decode(bits);
    assertEquals(expected.rd(), decoded.rd(), decoded::toString);
    assertEquals(expected.rs1(), decoded.rs1(), decoded::toString);
    assertEquals(expected.rs2(), decoded.rs2(), decoded::toString);
    assertEquals(expected.rs3(), decoded.rs3(), decoded::toString);
    assertEquals(expected.roundingMode(), decoded.roundingMode(), decoded::toString);
    if (hasRegisters(code)) {
      assertEquals(code.rd(), decoded.rd(), decoded::toString);
      assertEquals(code.rs1(), decoded.rs1(), decoded::toString);
    }
  }

  private static boolean hasRegisters(Code code) {
    return switch (code.opcode().format()) {
      case REGISTER, IMMEDIATE, SHIFT, LOAD, FLOAT_LOAD, ATOMIC, FLOAT_FUSED -> true;
      default -> false;
    };
  }
}
