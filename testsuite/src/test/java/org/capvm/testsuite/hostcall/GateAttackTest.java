package org.capvm.testsuite.hostcall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.capvm.intravisor.authority.RootCapabilities;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.ObjectType;
import org.capvm.runtime.memory.Window;
import org.capvm.testsuite.hostcall.HostcallExecutor.Form;
import org.capvm.testsuite.hostcall.HostcallExecutor.Job;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * CInvoke to the Intravisor with capabilities that are not those of the caller's store: forged,
 * changed, of another pair, or another cVM's. The caller ends by a fault, or makes its own call.
 */
class GateAttackTest {
  private static final int FAULT = 128 + 11;

  /** The slots of the store. */
  private static final int OWN_DATA = 2;

  private static final int CALL_CODE = 3;
  private static final int CALL_DATA = 4;
  private static final int RETURN_CODE = 11;
  private static final int RETURN_DATA = 12;

  /** What is given: the pair that is invoked, that which is returned to, and data. */
  private record Gate(
      Capability code,
      Capability data,
      Capability returnCode,
      Capability returnData,
      Capability own) {
    static Gate of(Window window) {
      return new Gate(
          slot(window, CALL_CODE),
          slot(window, CALL_DATA),
          slot(window, RETURN_CODE),
          slot(window, RETURN_DATA),
          slot(window, OWN_DATA));
    }

    private static Capability slot(Window window, int slot) {
      long store = HostcallExecutor.MEMORY / 2 + Window.PAGE;
      return window.tags().load(store + (long) slot * Capability.SIZE);
    }

    List<Capability> all() {
      return List.of(code, data, returnCode, returnData, own);
    }
  }

  @TempDir private Path folder;

  private static Map<String, Gate> faulting(Gate own, Gate other) {
    Map<String, Gate> all = new LinkedHashMap<>();
    Capability code = own.code();
    Capability data = own.data();
    Capability back = own.returnCode();
    Capability backData = own.returnData();
    Capability ddc = own.own();
    all.put("no code", new Gate(Capability.NULL, data, back, backData, ddc));
    all.put("no data", new Gate(code, Capability.NULL, back, backData, ddc));
    all.put("untagged code", new Gate(code.untagged(), data, back, backData, ddc));
    all.put("untagged data", new Gate(code, data.untagged(), back, backData, ddc));
    all.put("unsealed", new Gate(code.unsealed(), data.unsealed(), back, backData, ddc));
    all.put("another's code", new Gate(other.code(), data, back, backData, ddc));
    all.put("another's data", new Gate(code, other.data(), back, backData, ddc));
    all.put("exchanged", new Gate(data, code, back, backData, ddc));
    all.put("changed bits", new Gate(changed(code), data, back, backData, ddc));
    all.put("a sentry", new Gate(code.withType(ObjectType.SENTRY), data, back, backData, ddc));
    all.put("no return", new Gate(code, data, Capability.NULL, backData, ddc));
    all.put("no return data", new Gate(code, data, back, Capability.NULL, ddc));
    all.put("untagged return", new Gate(code, data, back.untagged(), backData, ddc));
    all.put("changed return", new Gate(code, data, changed(back), backData, ddc));
    all.put("another's return", new Gate(code, data, other.returnCode(), backData, ddc));
    all.put("another's return data", new Gate(code, data, back, other.returnData(), ddc));
    all.put("exchanged return", new Gate(code, data, backData, back, ddc));
    Capability all64 = RootCapabilities.code(Dialect.XCHERI_V9, 1L << 40, false);
    all.put("return to anywhere", new Gate(code, data, all64, backData, ddc));
    return all;
  }

  /** One bit of the bounds, as a store of an integer over it would change it. */
  private static Capability changed(Capability c) {
    return c.withMetadataWord(c.metadataWord() ^ 1 << 16);
  }

  @Test
  void onlyOwnPairsOpenTheGate() throws Exception {
    for (var engine : Neighbours.engines(folder)) {
      for (Form form : List.of(Form.HYBRID_GIVEN, Form.PURE_GIVEN)) {
        try (Neighbours neighbours = new Neighbours(folder, engine)) {
          Gate other = Gate.of(neighbours.victim().window());
          neighbours.rememberAll();
          Gate own = Gate.of(neighbours.attacker(form, "model").window());
          // Types differ from one cVM to the next, and so each attack has its own.
          for (String what : faulting(own, other).keySet()) {
            assertEquals(FAULT, status(neighbours, form, what, other), form + ": " + what);
          }
          assertEquals(0, status(neighbours, form, "own", other), form + ": its own");
          neighbours.assertVictimUnharmed();
        }
      }
    }
  }

  private static int status(Neighbours neighbours, Form form, String what, Gate other)
      throws Exception {
    try (HostcallExecutor attacker = neighbours.passing(form, what.replace(' ', '-'))) {
      Gate own = Gate.of(attacker.window());
      Gate given = faulting(own, other).getOrDefault(what, own);
      attacker.begin(List.of(new Job(what, 15)), given.all());
      return attacker.await().exitStatus();
    }
  }
}
