package org.capvm.intravisor.kernel.host.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCall;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.junit.jupiter.api.Test;

/** The table as a whole. */
class SystemCallsTest {
  private final SystemCallTable table =
      SystemCalls.table(new ExecCalls(null, null), new CloneCalls(null));

  @Test
  void everyEntryIsFoundByItsNumber() {
    Set<String> names = new HashSet<>();
    for (int number = 0; number < SystemCallTable.LIMIT; number++) {
      SystemCall call = table.get(number);
      if (call != null) {
        assertEquals(number, call.number());
        assertTrue(names.add(call.name()), call.name());
        assertTrue(call.arguments().size() <= 6, call.name());
      }
    }
    assertTrue(names.size() > 150, "only " + names.size() + " system calls");
  }

  @Test
  void buffersNameTheirLengthArgument() {
    for (int number = 0; number < SystemCallTable.LIMIT; number++) {
      SystemCall call = table.get(number);
      if (call == null) {
        continue;
      }
      for (Argument argument : call.arguments()) {
        if (argument instanceof Argument.Buffer buffer) {
          Argument length = call.arguments().get(buffer.lengthArgument());
          assertTrue(length == Argument.LONG || length == Argument.INT, call.name());
        }
      }
    }
  }

  @Test
  void callsThatReplaceRegistersNeedAllOfThem() {
    for (int number : new int[] {139, 220, 221, 435}) {
      assertTrue(table.get(number).completeRegisters(), table.get(number).name());
    }
    assertFalse(table.get(64).completeRegisters());
  }

  @Test
  void otherNumbersAreUnknown() {
    assertNull(table.get(-1));
    assertNull(table.get(SystemCallTable.LIMIT));
    assertNull(table.get(Long.MIN_VALUE));
    assertNull(table.get(444));
  }

  @Test
  void noNumberHasTwoMeanings() {
    assertThrows(IllegalStateException.class, () -> table.add(64, "other", task -> task.tid()));
  }
}
