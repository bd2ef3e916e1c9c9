package org.capvm.testsuite.instructions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.capvm.runtime.floatingpoint.RoundingMode;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operand;
import org.capvm.runtime.isa.Operation;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The methods that define floating-point instructions, called by themselves on recorded cases. */
class DefinitionsTest {
  private final Window window = new Window(1 << 20);
  private final Hart hart = new Hart(window, null, null, null);

  @AfterEach
  void close() {
    window.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"SINGLE", "DOUBLE"})
  void definitionsGiveTheRecordedResults(RecordingFile file) throws Throwable {
    List<String> failures = new ArrayList<>();
    for (Recording recording : file.read()) {
      Instruction instruction =
          Decoder.decode(ByteBuffer.wrap(recording.code()).order(ByteOrder.LITTLE_ENDIAN).getInt());
      if (instruction.opcode() != Opcode.ILLEGAL) {
        replay(recording, instruction, failures);
      }
    }
    assertEquals(List.of(), failures.stream().limit(10).toList(), failures.size() + " cases");
  }

  private void replay(Recording recording, Instruction instruction, List<String> failures)
      throws Throwable {
    Opcode opcode = instruction.opcode();
    MethodHandle method = method(opcode.operation());
    for (Recording.Case one : recording.cases()) {
      hart.setFcsr((int) one.before()[State.index("fcsr")]);
      int mode = RoundingMode.resolve(hart, instruction.roundingMode());
      if (one.after()[State.TRAP] != 0) {
        continue;
      }
      List<Object> arguments = new ArrayList<>();
      arguments.add(hart);
      for (Operand operand : opcode.format().operands()) {
        switch (operand) {
          case RS1 -> arguments.add(one.before()[State.index("a1")]);
          case FS1 -> arguments.add(one.before()[State.index("fa1")]);
          case FS2 -> arguments.add(one.before()[State.index("fa2")]);
          case FS3 -> arguments.add(one.before()[State.index("fa3")]);
          case ROUNDING_MODE -> arguments.add(mode);
          default -> {}
        }
      }
      long result = (long) method.invokeWithArguments(arguments);
      long[] after = one.before().clone();
      after[State.index(opcode.format().writesFd() ? "fa0" : "a0")] = result;
      after[State.index("fcsr")] = hart.fcsr();
      String differences = State.differences(one.after(), after);
      if (!differences.isEmpty()) {
        failures.add(
            recording.title()
                + " "
                + State.describe(one.before(), recording.inputs())
                + ":"
                + differences);
      }
    }
  }

  private static MethodHandle method(Operation operation) throws ReflectiveOperationException {
    Class<?> owner = Class.forName(operation.owner().replace('/', '.'));
    MethodType type = MethodType.fromMethodDescriptorString(operation.descriptor(), null);
    return MethodHandles.publicLookup().findStatic(owner, operation.name(), type);
  }
}
