package org.capvm.testsuite.random;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Opcode;
import org.capvm.testsuite.assembler.Code;

/** What random programs have to have, each of them many. */
enum Feature {
  SEVERAL_FUNCTIONS(program -> program.functions().size() > 1),
  LOOP(has(s -> s instanceof Statement.Loop)),
  STRIDED_LOOP(has(s -> s instanceof Statement.Strided)),
  RECURSION(has(s -> s instanceof Statement.Recursion)),
  INDIRECT_CALL(has(s -> s instanceof Statement.Call call && isIndirect(call))),
  TAIL_CALL(hasFunction(f -> f.tailCall() != null)),
  INDIRECT_TAIL_CALL(hasFunction(f -> f.tailCall() != null && isIndirect(f.tailCall()))),
  CIRCLE_OF_TAIL_CALLS(hasFunction(f -> f.cycle() >= 0)),
  JUMP_TABLE(has(s -> s instanceof Statement.Switch table && table.guarded())),
  COMPUTED_GOTO(has(s -> s instanceof Statement.Switch table && !table.guarded())),
  REGISTERS_KEPT_ACROSS_CALL(hasFunction(Feature::keepsAcrossCall)),
  BROKEN_CONVENTION(hasFunction(f -> !f.keepsRegisters())),
  SYSTEM_CALL(has(s -> s instanceof Statement.Checkpoint)),
  ROUNDING_MODE_CHANGE(hasCode(Feature::changesRoundingMode)),
  STATIC_ROUNDING_MODE(hasCode(Feature::hasOwnRoundingMode)),
  FLAGS_READ(hasCode(Feature::readsFlags)),
  OVERLAPPING_ACCESSES(has(s -> s instanceof Statement.Plain(var codes) && overlap(codes))),
  STRADDLING_ACCESS(hasCode(code -> isAtFixedPlace(code) && straddles(code, Long.BYTES))),
  PAGE_STRADDLING_ACCESS(hasCode(code -> isAtFixedPlace(code) && straddles(code, 2048))),
  RESERVATION_LOOP(has(s -> s instanceof Statement.Reservation)),
  RESERVATION(hasCode(code -> List.of(Opcode.SC_W, Opcode.SC_D).contains(code.opcode()))),
  AMO(hasCode(code -> code.opcode().mnemonic().startsWith("amo")));

  private static final int FFLAGS = 1;
  private static final int FRM = 2;
  private static final int FCSR = 3;
  private static final int DYNAMIC = 7;

  private final Predicate<RandomProgram> predicate;

  Feature(Predicate<RandomProgram> predicate) {
    this.predicate = predicate;
  }

  boolean isIn(RandomProgram program) {
    return predicate.test(program);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static Predicate<RandomProgram> hasFunction(Predicate<RandomFunction> condition) {
    return program -> program.functions().stream().anyMatch(condition);
  }

  private static Predicate<RandomProgram> has(Predicate<Statement> condition) {
    return hasFunction(function -> Statements.count(function.body(), condition) > 0);
  }

  private static Predicate<RandomProgram> hasCode(Predicate<Code> condition) {
    return has(
        statement ->
            statement instanceof Statement.Plain(var codes) && codes.stream().anyMatch(condition));
  }

  private static boolean isIndirect(Statement.Call call) {
    return call.kind() == Statement.CallKind.THROUGH_TABLE;
  }

  /** Whether callee-saved registers of either file have values of the function during its calls. */
  private static boolean keepsAcrossCall(RandomFunction function) {
    return Statements.anyCall(function.body())
        && function.registers().stream().anyMatch(Registers::isCalleeSaved)
        && function.floats().stream().anyMatch(Registers::isCalleeSaved);
  }

  private static boolean changesRoundingMode(Code code) {
    return List.of(Opcode.CSRRW, Opcode.CSRRWI).contains(code.opcode())
        && List.of(FRM, FCSR).contains((int) code.immediate());
  }

  private static boolean hasOwnRoundingMode(Code code) {
    return code.opcode().family() == Family.FLOAT_ARITHMETIC && code.roundingMode() != DYNAMIC;
  }

  private static boolean readsFlags(Code code) {
    return code.opcode().family() == Family.CSR
        && code.rd() != Registers.ZERO
        && List.of(FFLAGS, FCSR).contains((int) code.immediate());
  }

  private static boolean overlap(List<Code> codes) {
    for (int i = 1; i < codes.size(); i++) {
      if (isStore(codes.get(i - 1)) && isLoad(codes.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isStore(Code code) {
    return List.of(Family.STORE, Family.FLOAT_STORE).contains(code.opcode().family());
  }

  private static boolean isLoad(Code code) {
    return List.of(Family.LOAD, Family.FLOAT_LOAD).contains(code.opcode().family());
  }

  private static boolean isAtFixedPlace(Code code) {
    return (isStore(code) || isLoad(code)) && code.rs1() == Registers.BUFFER;
  }

  /** Whether an access lies on both sides of a multiple of a power of two. */
  private static boolean straddles(Code code, int unit) {
    long last = code.immediate() + InstructionGenerator.size(code.opcode()) - 1;
    return (code.immediate() & -unit) != (last & -unit);
  }
}
