package org.capvm.testsuite.random;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** Questions about lists of statements. */
final class Statements {
  private Statements() {}

  /** Whether the function needs its return address saved. */
  static boolean anyCall(List<Statement> statements) {
    return count(statements, s -> s instanceof Statement.Call || s instanceof Statement.Recursion)
        > 0;
  }

  static boolean usesCounter(List<Statement> statements, int counter) {
    return count(statements, s -> s instanceof Statement.Loop loop && loop.counter() == counter)
        > 0;
  }

  /** For how many of the statements, and those nested in them, a condition holds. */
  static int count(List<Statement> statements, Predicate<Statement> condition) {
    return sum(statements, statement -> condition.test(statement) ? 1 : 0);
  }

  // A loop and not a stream: streams within streams took most of the time to make a program.
  private static int sum(List<Statement> statements, ToIntFunction<Statement> value) {
    int sum = 0;
    for (Statement statement : statements) {
      sum += value.applyAsInt(statement);
      for (List<Statement> nested : children(statement)) {
        sum += sum(nested, value);
      }
    }
    return sum;
  }

  /** An upper bound of the code size in bytes. */
  static int bytes(List<Statement> statements) {
    return 4 * sum(statements, Statements::ownInstructions);
  }

  /** An upper bound of the instructions that a statement has besides those nested in it. */
  static int ownInstructions(Statement statement) {
    return switch (statement) {
      case Statement.Plain plain -> plain.codes().size();
      case Statement.Reservation r -> r.address().size() + r.attempt().size() + 1;
      case Statement.Loop loop -> 7;
      case Statement.Strided loop -> loop.start().size() + loop.body().size() + 4;
      case Statement.Checkpoint checkpoint -> 6;
      case Statement.BreakIf breakIf -> 2;
      case Statement.If choice -> 3;
      case Statement.Switch table -> 12 + table.cases().size();
      case Statement.Call call -> 8 + call.arguments().size() + call.redefinitions().size();
      case Statement.Recursion r -> 5 + r.arguments().size() + r.redefinitions().size();
    };
  }

  /** The lists of statements that a statement consists of. */
  static List<List<Statement>> children(Statement statement) {
    return switch (statement) {
      case Statement.Loop loop -> List.of(loop.body());
      case Statement.If choice -> List.of(choice.then(), choice.otherwise());
      case Statement.Switch table -> table.cases();
      default -> List.of();
    };
  }
}
