package org.capvm.testsuite.random;

import static org.capvm.testsuite.random.Registers.DEPTH;
import static org.capvm.testsuite.random.Registers.RA;
import static org.capvm.testsuite.random.Registers.SP;
import static org.capvm.testsuite.random.Registers.TEMPORARY;
import static org.capvm.testsuite.random.Registers.TEMPORARY_2;
import static org.capvm.testsuite.random.Registers.ZERO;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.capvm.runtime.isa.Opcode;
import org.capvm.testsuite.assembler.Assembler;
import org.capvm.testsuite.assembler.Assembler.Label;
import org.capvm.testsuite.assembler.Code;

/** Assembles one function: prologue, statements, epilogue. */
final class FunctionAssembler {
  /** Conditional branches reach 4 KiB; the estimate is rough. */
  private static final int NEAR_BYTES = 3500;

  private static final int NO_CALL = 1023;

  private final ProgramAssembler program;
  private final Assembler text;
  private final RandomFunction function;
  private final int number;
  private final boolean callsOthers;
  private final int frame;
  private final List<Integer> saved = new ArrayList<>();
  private final List<Integer> savedFloats = new ArrayList<>();
  private final Deque<Label> loopEnds = new ArrayDeque<>();

  FunctionAssembler(ProgramAssembler program, RandomFunction function, int number) {
    this.program = program;
    this.text = program.text;
    this.function = function;
    this.number = number;
    callsOthers = Statements.anyCall(function.body());
    for (int register : Registers.COUNTERS) {
      if (Statements.usesCounter(function.body(), register)) {
        saved.add(register);
      }
    }
    if (function.keepsRegisters()) {
      function.registers().stream().filter(Registers::isCalleeSaved).forEach(saved::add);
      function.floats().stream().filter(Registers::isCalleeSaved).forEach(savedFloats::add);
    }
    int slots = saved.size() + savedFloats.size() + (callsOthers ? 1 : 0);
    slots += function.isRecursive() ? 1 : 0;
    frame = 8 * slots + function.frame().locals() + function.frame().padding();
  }

  void assemble() {
    prologue();
    statements(function.body());
    if (number == 0) {
      dumpRegisters();
    }
    Statement.Call tail = function.tailCall();
    if (function.cycle() >= 0) {
      Label last = new Label();
      add(function.results());
      epilogue();
      branchIf(new Statement.Condition(Opcode.BEQ, DEPTH, ZERO, false), last, false);
      add(Code.immediate(Opcode.ADDI, DEPTH, DEPTH, -1));
      Statement.CallKind[] kinds = Statement.CallKind.values();
      transfer(kinds[number % kinds.length], ZERO, function.cycle());
      text.bind(last);
      add(Code.immediate(Opcode.JALR, ZERO, RA, 0));
    } else if (tail == null) {
      add(function.results());
      epilogue();
      add(Code.immediate(Opcode.JALR, ZERO, RA, 0));
    } else {
      add(tail.arguments());
      epilogue();
      program.constant(DEPTH, tail.depth());
      transfer(tail.kind(), ZERO, tail.callee());
    }
  }

  private void prologue() {
    if (frame != 0) {
      add(Code.immediate(Opcode.ADDI, SP, SP, -frame));
    }
    int slot = frame;
    if (callsOthers) {
      add(Code.store(Opcode.SD, RA, SP, slot -= 8));
    }
    for (int register : saved) {
      add(Code.store(Opcode.SD, register, SP, slot -= 8));
    }
    for (int register : savedFloats) {
      add(Code.store(Opcode.FSD, register, SP, slot -= 8));
    }
    if (function.isRecursive()) {
      add(Code.store(Opcode.SD, DEPTH, SP, depthSlot()));
    }
    add(function.definitions());
    for (int offset = 0; offset < function.frame().locals(); offset += 8) {
      int register = function.registers().get(offset / 8 % function.registers().size());
      add(Code.store(Opcode.SD, register, SP, offset));
    }
    moveFar(Opcode.SUB);
    if (function.frame().far() != 0) {
      for (int offset = 0; offset < function.frame().locals(); offset += 8) {
        add(Code.store(Opcode.SD, ZERO, SP, offset));
      }
    }
  }

  /** Takes the far part of the frame, or gives it back. */
  private void moveFar(Opcode opcode) {
    if (function.frame().far() != 0) {
      program.constant(TEMPORARY, function.frame().far());
      add(Code.registers(opcode, SP, SP, TEMPORARY));
    }
  }

  private int depthSlot() {
    return function.frame().locals();
  }

  private void epilogue() {
    moveFar(Opcode.ADD);
    int slot = frame;
    if (callsOthers) {
      add(Code.immediate(Opcode.LD, RA, SP, slot -= 8));
    }
    for (int register : saved) {
      add(Code.immediate(Opcode.LD, register, SP, slot -= 8));
    }
    for (int register : savedFloats) {
      add(Code.immediate(Opcode.FLD, register, SP, slot -= 8));
    }
    if (frame != 0) {
      add(Code.immediate(Opcode.ADDI, SP, SP, frame));
    }
  }

  /** The first function's values, for the final comparison. */
  private void dumpRegisters() {
    program.constant(TEMPORARY, Layout.DUMP);
    for (int register : function.registers()) {
      add(Code.store(Opcode.SD, register, TEMPORARY, 8L * register));
    }
    for (int register : function.floats()) {
      add(Code.store(Opcode.FSD, register, TEMPORARY, 256 + 8L * register));
    }
  }

  private void statements(List<Statement> statements) {
    statements.forEach(this::statement);
  }

  private void statement(Statement statement) {
    switch (statement) {
      case Statement.Plain plain -> add(plain.codes());
      case Statement.Reservation reservation -> reservation(reservation);
      case Statement.Loop loop -> loop(loop);
      case Statement.Strided strided -> strided(strided);
      case Statement.Checkpoint checkpoint -> {
        // No instruction reads what a checkpoint sees: nobody promises that it sees leftovers.
        boolean all = !function.readsLeftovers();
        program.constant(TEMPORARY, all ? mask(function.registers()) : 0);
        program.constant(TEMPORARY_2, all ? mask(function.floats()) : 0);
        program.constant(DEPTH, NO_CALL);
        add(Code.immediate(Opcode.ECALL, 0, 0, 0));
      }
      case Statement.BreakIf breakIf -> {
        if (!loopEnds.isEmpty()) {
          branchIf(breakIf.condition(), loopEnds.peek(), true);
        }
      }
      case Statement.If choice -> choice(choice);
      case Statement.Switch table -> table(table);
      case Statement.Call call -> {
        add(call.arguments());
        program.constant(DEPTH, call.depth());
        transfer(call.kind(), RA, call.callee());
        add(call.redefinitions());
      }
      case Statement.Recursion recursion -> recursion(recursion);
    }
  }

  private void reservation(Statement.Reservation reservation) {
    add(reservation.address());
    Label retry = new Label();
    text.bind(retry);
    add(reservation.attempt());
    text.branch(Opcode.BNE, reservation.result(), ZERO, retry);
  }

  private void loop(Statement.Loop loop) {
    Label start = new Label();
    Label end = new Label();
    loopEnds.push(end);
    boolean far = Statements.bytes(loop.body()) > NEAR_BYTES;
    add(Code.immediate(Opcode.ADDI, loop.counter(), ZERO, loop.count()));
    text.bind(start);
    if (loop.testsFirst()) {
      branchIf(new Statement.Condition(Opcode.BEQ, loop.counter(), ZERO, far), end, far);
    }
    statements(loop.body());
    add(Code.immediate(Opcode.ADDI, loop.counter(), loop.counter(), -1));
    if (loop.testsFirst()) {
      text.jump(ZERO, start);
    } else {
      branchIf(new Statement.Condition(Opcode.BNE, loop.counter(), ZERO, far), start, far);
    }
    text.bind(end);
    loopEnds.pop();
  }

  private static long mask(List<Integer> registers) {
    long mask = 0;
    for (int register : registers) {
      mask |= 1L << register;
    }
    return mask;
  }

  private void strided(Statement.Strided loop) {
    Label start = new Label();
    Label end = new Label();
    add(loop.start());
    text.bind(start);
    add(loop.body());
    if (loop.found() != null) {
      branchIf(loop.found(), end, false);
    }
    branchIf(loop.end(), start, loop.end().far());
    text.bind(end);
  }

  private void choice(Statement.If choice) {
    Label otherwise = new Label();
    Label end = new Label();
    Statement.Condition condition = choice.condition();
    Statement.Condition skip =
        new Statement.Condition(
            condition.inverted(), condition.rs1(), condition.rs2(), condition.far());
    branchIf(skip, otherwise, Statements.bytes(choice.then()) > NEAR_BYTES);
    statements(choice.then());
    if (!choice.otherwise().isEmpty()) {
      text.jump(ZERO, end);
    }
    text.bind(otherwise);
    statements(choice.otherwise());
    text.bind(end);
  }

  /** Branches when the condition holds. */
  private void branchIf(Statement.Condition condition, Label target, boolean far) {
    if (!far && !condition.far()) {
      text.branch(condition.opcode(), condition.rs1(), condition.rs2(), target);
      return;
    }
    Label around = new Label();
    text.branch(condition.inverted(), condition.rs1(), condition.rs2(), around);
    text.jump(ZERO, target);
    text.bind(around);
  }

  private void table(Statement.Switch table) {
    Label end = new Label();
    List<Label> targets = table.cases().stream().map(cases -> new Label()).toList();
    long address = program.tables().add(table.relative(), targets);
    add(Code.immediate(Opcode.ANDI, TEMPORARY, table.index(), 15));
    if (table.guarded()) {
      add(Code.immediate(Opcode.ADDI, TEMPORARY_2, ZERO, targets.size()));
      branchIf(new Statement.Condition(Opcode.BGEU, TEMPORARY, TEMPORARY_2, false), end, true);
    }
    add(Code.immediate(Opcode.SLLI, TEMPORARY, TEMPORARY, table.relative() ? 2 : 3));
    program.constant(TEMPORARY_2, address);
    add(Code.registers(Opcode.ADD, TEMPORARY, TEMPORARY, TEMPORARY_2));
    if (table.relative()) {
      add(Code.immediate(Opcode.LW, TEMPORARY, TEMPORARY, 0));
      add(Code.registers(Opcode.ADD, TEMPORARY, TEMPORARY, TEMPORARY_2));
    } else {
      add(Code.immediate(Opcode.LD, TEMPORARY, TEMPORARY, 0));
    }
    add(Code.immediate(Opcode.JALR, ZERO, TEMPORARY, 0));
    for (int i = 0; i < targets.size(); i++) {
      text.bind(targets.get(i));
      statements(table.cases().get(i));
      if (i + 1 < targets.size()) {
        text.jump(ZERO, end);
      }
    }
    text.bind(end);
  }

  private void recursion(Statement.Recursion recursion) {
    Label end = new Label();
    add(Code.immediate(Opcode.LD, TEMPORARY, SP, depthSlot()));
    branchIf(new Statement.Condition(Opcode.BEQ, TEMPORARY, ZERO, false), end, false);
    add(recursion.arguments());
    add(Code.immediate(Opcode.ADDI, DEPTH, TEMPORARY, -1));
    text.jump(RA, program.functions.get(number));
    add(recursion.redefinitions());
    text.bind(end);
  }

  private void transfer(Statement.CallKind kind, int link, int callee) {
    switch (kind) {
      case NEAR -> text.jump(link, program.functions.get(callee));
      case FAR -> text.farJump(link, TEMPORARY, program.functions.get(callee));
      case THROUGH_TABLE -> {
        program.constant(TEMPORARY, Layout.FUNCTION_TABLE);
        add(Code.immediate(Opcode.LD, TEMPORARY, TEMPORARY, 8L * callee));
        add(Code.immediate(Opcode.JALR, link, TEMPORARY, 0));
      }
    }
  }

  private void add(List<Code> codes) {
    codes.forEach(this::add);
  }

  private void add(Code code) {
    text.add(code.compressed(function.isCompressed()));
  }
}
