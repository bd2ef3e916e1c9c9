package org.capvm.runtime.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The definitions of instructions refer to methods that exist. */
class OperationTest {
  @ParameterizedTest
  @EnumSource(Opcode.class)
  void operationIsAPublicStaticMethod(Opcode opcode) throws ReflectiveOperationException {
    Operation operation = opcode.operation();
    if (operation == null) {
      return;
    }
    ClassLoader loader = getClass().getClassLoader();
    Class<?> owner = Class.forName(operation.owner().replace('/', '.'), true, loader);
    MethodType type = MethodType.fromMethodDescriptorString(operation.descriptor(), loader);
    assertEquals(
        type, MethodHandles.publicLookup().findStatic(owner, operation.name(), type).type());
  }

  @ParameterizedTest
  @EnumSource(Opcode.class)
  void definitionMatchesItself(Opcode opcode) {
    assertEquals(opcode.match(), opcode.match() & opcode.mask());
    assertEquals(opcode, Decoder.decodeXcheri(opcode.match(), false).opcode());
  }
}
