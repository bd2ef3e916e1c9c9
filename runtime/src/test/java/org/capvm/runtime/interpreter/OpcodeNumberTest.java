package org.capvm.runtime.interpreter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Field;
import org.capvm.runtime.isa.Opcode;
import org.junit.jupiter.api.Test;

/** The constants that the interpreter switches over are the numbers of their opcodes. */
class OpcodeNumberTest {
  @Test
  void numbersAreThoseOfTheOpcodes() throws IllegalAccessException {
    for (Field field : OpcodeNumber.class.getDeclaredFields()) {
      if (!field.getName().equals("CONTINUATION")) {
        assertEquals(Opcode.valueOf(field.getName()), PackedInstruction.opcode(field.getInt(null)));
      }
    }
  }
}
