package org.capvm.testsuite.random;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.capvm.runtime.isa.Opcode;
import org.capvm.testsuite.assembler.Code;

/** Generates one function, whose possible callees exist already. */
final class FunctionGenerator {
  private static final List<Opcode> CONDITIONS =
      List.of(Opcode.BEQ, Opcode.BNE, Opcode.BLT, Opcode.BGE, Opcode.BLTU, Opcode.BGEU);

  private static final int DEPTH_LIMIT = 5;

  /** Enough for a function that has to be cut into several methods. */
  private static final long LEAST_LIMIT_OF_HUGE = 40_000;

  /** Below this many instructions a function has few registers and a small frame. */
  private static final int SMALL = 80;

  /** What a jump table and its cases take at least. */
  private static final int LEAST_FOR_TABLE = 40;

  /** Their cases are many: with more, some functions would be nothing but tables. */
  private static final int MOST_NESTED_TABLES = 2;

  private final Random random;
  private final int number;
  private final List<RandomFunction> functions;
  private final List<Long> costs;
  private final long limit;
  private final List<Integer> registers;
  private final List<Integer> floats;
  private final RandomFunction.Frame frame;
  private final boolean isRecursive;
  private final int cycle;
  private final boolean isHuge;
  private final boolean isSmall;
  private final boolean hasComputedGotos;
  private final boolean readsLeftovers;
  private final InstructionGenerator instructions;
  private int recursions;
  private int left;
  private int tables;
  private long cost = 60;

  /**
   * @param functions the program's functions; those behind {@code number} are there
   * @param costs about how many instructions a call of each executes
   * @param limit of this function's cost
   * @param length about how many instructions it may have
   * @param isHuge whether it has to be cut into several methods
   * @param readsLeftovers whether it reads what its callees left in registers that are theirs
   * @param cycle the function it ends with a jump to while a depth lasts, or -1
   */
  FunctionGenerator(
      Random random,
      int number,
      List<RandomFunction> functions,
      List<Long> costs,
      long limit,
      int length,
      boolean isHuge,
      boolean readsLeftovers,
      int cycle) {
    this.random = random;
    this.number = number;
    this.functions = functions;
    this.costs = costs;
    this.cycle = cycle;
    this.isHuge = isHuge;
    this.readsLeftovers = readsLeftovers;
    isSmall = length < SMALL;
    registers = withResult(ProgramGenerator.choose(random, Registers.INTEGER, 3, isSmall ? 4 : 20));
    floats = withResult(ProgramGenerator.choose(random, Registers.FLOAT, 1, isSmall ? 2 : 12));
    isRecursive = number > 0 && cycle < 0 && random.nextInt(4) == 0;
    // Translated code is not exact about leftovers behind a computed goto.
    hasComputedGotos = !isHuge && !readsLeftovers && random.nextInt(4) == 0;
    this.limit = isHuge ? Math.max(limit, LEAST_LIMIT_OF_HUGE) : limit;
    frame = frame();
    left = length - 3 * (registers.size() + floats.size() + frame.locals() / 8);
    instructions = new InstructionGenerator(random, registers, floats, frame.locals());
  }

  private static List<Integer> withResult(List<Integer> chosen) {
    List<Integer> all = new ArrayList<>(chosen);
    if (!all.contains(Registers.A0)) {
      all.add(Registers.A0);
    }
    return List.copyOf(all);
  }

  /** Frames of any multiple of 8 bytes, some of more than a page; recursion has small ones. */
  private RandomFunction.Frame frame() {
    int most = isSmall ? 2 : random.nextInt(3) == 0 ? 40 : 9;
    int locals = random.nextBoolean() ? 8 * (1 + random.nextInt(most)) : 0;
    int padding = random.nextInt(3) == 0 ? 8 * random.nextInt(5) : 0;
    int far =
        !isRecursive && !isSmall && random.nextInt(8) == 0 ? 8 * (1 + random.nextInt(900)) : 0;
    return new RandomFunction.Frame(locals, padding, far);
  }

  RandomFunction generate() {
    List<Code> definitions = definitions(Registers.ARGUMENTS, true);
    List<Statement> body = block(Integer.MAX_VALUE, 0, 1);
    Statement.Call tail = null;
    if (number > 0 && cycle < 0 && random.nextInt(4) == 0) {
      tail = call(1);
    }
    return new RandomFunction(
        registers,
        floats,
        definitions,
        moves(Registers.RESULTS),
        random.nextInt(4) != 0,
        frame,
        number == 0 || random.nextInt(10) != 0,
        readsLeftovers,
        isRecursive,
        tail,
        cycle,
        body);
  }

  /** About how many instructions a call executes, recursion included. */
  long cost() {
    if (cycle >= 0) {
      return cost * (DEPTH_LIMIT + 1);
    }
    return recursions == 0
        ? cost
        : cost * (recursions == 1 ? DEPTH_LIMIT + 1 : 1 << DEPTH_LIMIT + 1);
  }

  private List<Statement> block(int length, int loops, long times) {
    List<Statement> statements = new ArrayList<>();
    // Where nothing is repeated, more statements cost little: the function gets its length.
    for (int i = 0; i < length && (cost < limit || times == 1) && (left > 0 || i == 0); i++) {
      Statement statement = statement(loops, times);
      left -= Statements.ownInstructions(statement);
      statements.add(statement);
    }
    return List.copyOf(statements);
  }

  private Statement statement(int loops, long times) {
    cost += 3 * times;
    if (left <= 0) {
      return instructions.statement();
    }
    return switch (random.nextInt(22)) {
      case 0, 1, 8 -> loop(loops, times);
      case 2, 3 ->
          new Statement.If(
              condition(),
              block(1 + random.nextInt(6), loops, times),
              random.nextBoolean() ? List.of() : block(1 + random.nextInt(4), loops, times));
      case 4 ->
          left < LEAST_FOR_TABLE || tables == MOST_NESTED_TABLES
              ? instructions.statement()
              : table(loops, times);
      case 5, 6 -> {
        Statement call = call(times);
        yield call == null ? instructions.statement() : call;
      }
      case 7 -> {
        if (loops > 0 && random.nextInt(3) == 0) {
          yield new Statement.BreakIf(condition());
        }
        if (isRecursive && recursions < 2 && times == 1) {
          recursions++;
          yield new Statement.Recursion(beforeCall(), behindCall());
        }
        yield instructions.statement();
      }
      case 9 -> {
        StridedLoops.Loop strided = new StridedLoops(random, instructions, registers).loop();
        if (loops == Registers.COUNTERS.size() || cost + times * strided.cost() > limit) {
          yield instructions.statement();
        }
        cost += times * strided.cost();
        yield strided.statement();
      }
      case 10 ->
          // The depth of a cycle is in the register that takes the number of a system call.
          cycle < 0 && times < 50 ? new Statement.Checkpoint() : instructions.statement();
      default -> instructions.statement();
    };
  }

  private Statement loop(int loops, long times) {
    if (loops == Registers.COUNTERS.size()) {
      return instructions.statement();
    }
    long room = Math.max(2, (limit - cost) / (10 * times));
    int most = isHuge ? 4 : random.nextInt(4) == 0 ? 2000 : 50;
    int count = 1 + random.nextInt((int) Math.min(room, most));
    return new Statement.Loop(
        Registers.COUNTERS.get(loops),
        count,
        random.nextBoolean(),
        block(1 + random.nextInt(10), loops + 1, times * count));
  }

  private Statement table(int loops, long times) {
    List<List<Statement>> cases = new ArrayList<>();
    boolean guarded = !hasComputedGotos || random.nextBoolean();
    tables++;
    for (int count = guarded ? 4 + random.nextInt(9) : 16; count > 0; count--) {
      cases.add(block(1 + random.nextInt(3), loops, times));
    }
    tables--;
    return new Statement.Switch(
        registers.get(random.nextInt(registers.size())),
        guarded && random.nextBoolean(),
        guarded,
        List.copyOf(cases));
  }

  /** A call of a function behind this one that the limit has room for, or null. */
  private Statement.Call call(long times) {
    if (number + 1 >= functions.size() || cycle >= 0) {
      return null;
    }
    int callee = number + 1 + random.nextInt(functions.size() - number - 1);
    long calleeCost = times * (costs.get(callee) + 30);
    if (cost + calleeCost > limit) {
      return null;
    }
    cost += calleeCost;
    Statement.CallKind[] kinds = Statement.CallKind.values();
    return new Statement.Call(
        callee,
        kinds[random.nextInt(kinds.length)],
        random.nextInt(DEPTH_LIMIT + 1),
        beforeCall(),
        behindCall());
  }

  /**
   * Gives values to the arguments; and where leftovers are read, to all registers that the callee
   * may leave as they are.
   */
  private List<Code> beforeCall() {
    List<Code> arguments = moves(Registers.ARGUMENTS);
    return readsLeftovers
        ? List.copyOf(concat(definitions(Registers.RESULTS, false), arguments))
        : arguments;
  }

  private List<Code> behindCall() {
    return readsLeftovers ? List.of() : definitions(Registers.RESULTS, false);
  }

  private Statement.Condition condition() {
    return new Statement.Condition(
        CONDITIONS.get(random.nextInt(CONDITIONS.size())),
        instructions.source(),
        instructions.source(),
        random.nextInt(4) == 0);
  }

  /** Gives those of some registers a value that are none of this function's. */
  private List<Code> moves(List<Integer> targets) {
    List<Code> codes = new ArrayList<>();
    for (int target : targets) {
      if (!registers.contains(target)) {
        codes.add(instructions.definition(target, registers));
      }
      if (!floats.contains(target)) {
        codes.add(instructions.floatDefinition(target, floats));
      }
    }
    return List.copyOf(codes);
  }

  /**
   * Gives the function's registers a value: at entry all but the arguments, after a call those that
   * the callee may have destroyed.
   */
  private List<Code> definitions(List<Integer> given, boolean atEntry) {
    return List.copyOf(
        concat(
            define(registers, given, atEntry, instructions::definition),
            define(floats, given, atEntry, instructions::floatDefinition)));
  }

  private interface Definer {
    Code define(int register, List<Integer> defined);
  }

  private static List<Code> define(
      List<Integer> all, List<Integer> given, boolean atEntry, Definer definer) {
    List<Integer> defined = new ArrayList<>();
    List<Integer> missing = new ArrayList<>();
    for (int register : all) {
      boolean holds = given.contains(register) || !atEntry && Registers.isCalleeSaved(register);
      (holds ? defined : missing).add(register);
    }
    List<Code> codes = new ArrayList<>();
    for (int register : missing) {
      codes.add(definer.define(register, defined));
      defined.add(register);
    }
    return codes;
  }

  private static List<Code> concat(List<Code> first, List<Code> second) {
    List<Code> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
