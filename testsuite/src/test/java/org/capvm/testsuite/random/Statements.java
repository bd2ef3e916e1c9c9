package org.capvm.testsuite.random;

import java.util.List;
import java.util.stream.Stream;

/** Questions about lists of statements. */
final class Statements {
  private Statements() {}

  /** Whether the function needs its return address saved. */
  static boolean anyCall(List<Statement> statements) {
    return flatten(statements)
        .anyMatch(s -> s instanceof Statement.Call || s instanceof Statement.Recursion);
  }

  static boolean usesCounter(List<Statement> statements, int counter) {
    return flatten(statements)
        .anyMatch(s -> s instanceof Statement.Loop loop && loop.counter() == counter);
  }

  /** An upper bound of the code size in bytes. */
  static int bytes(List<Statement> statements) {
    return flatten(statements).mapToInt(Statements::ownBytes).sum();
  }

  private static int ownBytes(Statement statement) {
    return 4
        * switch (statement) {
          case Statement.Plain plain -> plain.codes().size();
          case Statement.Reservation r -> r.address().size() + r.attempt().size() + 1;
          case Statement.Loop loop -> 7;
          case Statement.Strided loop -> loop.start().size() + loop.body().size() + 2;
          case Statement.Checkpoint checkpoint -> 6;
          case Statement.BreakIf breakIf -> 2;
          case Statement.If choice -> 3;
          case Statement.Switch table -> 12 + table.cases().size();
          case Statement.Call call -> 8 + call.arguments().size() + call.redefinitions().size();
          case Statement.Recursion r -> 5 + r.arguments().size() + r.redefinitions().size();
        };
  }

  /** The statements and all that are nested in them. */
  static Stream<Statement> flatten(List<Statement> statements) {
    return statements.stream()
        .flatMap(
            s -> Stream.concat(Stream.of(s), children(s).stream().flatMap(Statements::flatten)));
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
