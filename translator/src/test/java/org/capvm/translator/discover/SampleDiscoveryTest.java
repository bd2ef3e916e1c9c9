package org.capvm.translator.discover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.capvm.translator.elf.FrameDescription;
import org.capvm.translator.samples.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One program, linked in three ways: the same functions and the same control flow are found. */
class SampleDiscoveryTest {
  private static <T extends Terminator> List<T> ends(Program program, Class<T> kind) {
    List<T> found = new ArrayList<>();
    for (FunctionCode function : program.functions()) {
      for (BasicBlock block : function.blocks()) {
        if (kind.isInstance(block.end())) {
          found.add(kind.cast(block.end()));
        }
      }
    }
    return found;
  }

  private static Program discover(String name) {
    return Discovery.discover(Samples.image(name));
  }

  @Test
  void functionsAreTheFrameDescriptionsAndTheEntry() {
    Program program = discover("control-unwind.elf");
    Set<Long> expected = new HashSet<>(List.of(program.image().entry()));
    program.image().frames().stream().map(FrameDescription::start).forEach(expected::add);
    Set<Long> found = new HashSet<>();
    program.functions().forEach(f -> found.add(f.entry()));
    assertEquals(expected, found);
  }

  @Test
  void functionsAreFoundWithoutFrameDescriptions() {
    Set<Integer> sizes = new HashSet<>();
    Program with = discover("control-unwind.elf");
    Program without = discover("control-plain.elf");
    // The two have the same code, apart from where it lies: compare by what functions look like.
    without.functions().forEach(f -> sizes.add(f.instructionCount()));
    for (FunctionCode function : with.functions()) {
      assertTrue(sizes.contains(function.instructionCount()), function.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"control-unwind.elf", "control-plain.elf", "control-fixed.elf"})
  void everythingIsCovered(String name) {
    assertEquals(List.of(), discover(name).uncovered());
  }

  @ParameterizedTest
  @ValueSource(strings = {"control-unwind.elf", "control-plain.elf", "control-fixed.elf"})
  void theSwitchIsAJumpTableOfItsCases(String name) {
    Program program = discover(name);
    List<Terminator.JumpTable> tables = ends(program, Terminator.JumpTable.class);
    assertEquals(1, tables.size());
    Terminator.JumpTable table = tables.getFirst();
    assertEquals(9, table.targets().size());
    assertTrue(table.index().isPresent());
    for (int i = 0; i < 9; i++) {
      int word = program.image().read32(table.table() + 4 * i);
      assertEquals(table.targets().get(i), table.base() + word);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"control-unwind.elf", "control-plain.elf", "control-fixed.elf"})
  void theInterpreterHasComputedGotos(String name) {
    List<Terminator.ComputedGoto> gotos = ends(discover(name), Terminator.ComputedGoto.class);
    assertEquals(6, gotos.size());
    assertEquals(5, gotos.getFirst().labels().size());
    assertEquals(1, new HashSet<>(gotos).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"control-unwind.elf", "control-plain.elf", "control-fixed.elf"})
  void theCallThroughThePointerIsATailCall(String name) {
    assertEquals(1, ends(discover(name), Terminator.JumpIndirect.class).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"control-unwind.elf", "control-plain.elf", "control-fixed.elf"})
  void successorsAreBlocksOrOutside(String name) {
    for (FunctionCode function : discover(name).functions()) {
      assertTrue(function.blockAt(function.entry()).isPresent());
      for (BasicBlock block : function.blocks()) {
        switch (block.end()) {
          case Terminator.FallThrough(long next) -> assertTrue(function.blockAt(next).isPresent());
          case Terminator.Jump(long target) -> assertTrue(function.blockAt(target).isPresent());
          case Terminator.TailCall(long target) ->
              assertEquals(Optional.empty(), function.blockAt(target));
          default -> {}
        }
      }
    }
  }

  @Test
  void stubsNameTheirFunction() {
    Program program = discover("control-unwind.elf");
    assertEquals(1, program.stubs().size());
    PltStub stub = program.stubs().getFirst();
    assertEquals(Optional.of("sample_twice"), stub.symbol());
    assertEquals(stub.entry() - 32, program.pltHeader().orElseThrow().start());
    assertTrue(
        ends(program, Terminator.Call.class).stream().anyMatch(c -> c.target() == stub.entry()));
  }

  @Test
  void originsTellHowAFunctionWasFound() {
    Set<Origin> origins = new HashSet<>();
    discover("control-fixed.elf").functions().forEach(f -> origins.add(f.origin()));
    assertEquals(
        Set.of(Origin.ENTRY_POINT, Origin.CALL, Origin.TAIL_CALL, Origin.POINTER), origins);
  }
}
