package org.capvm.testsuite.random;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes a failing program smaller for as long as it fails. */
final class Shrinker {
  private final Predicate<RandomProgram> fails;
  private final long deadline;
  private RandomProgram program;

  private Shrinker(RandomProgram program, Predicate<RandomProgram> fails, int seconds) {
    this.program = program;
    this.fails = fails;
    this.deadline = System.nanoTime() + seconds * 1_000_000_000L;
  }

  /**
   * The smallest failing program found.
   *
   * @param fails whether a program still shows the failure; the given one does
   * @param seconds to spend on it
   */
  static RandomProgram shrink(RandomProgram program, Predicate<RandomProgram> fails, int seconds) {
    Shrinker shrinker = new Shrinker(program, fails, seconds);
    while (shrinker.shrinkFunctions() && System.nanoTime() < shrinker.deadline) {
      // Something became smaller: other things may now, too.
    }
    return shrinker.program;
  }

  private boolean shrinkFunctions() {
    boolean progress = false;
    for (int i = 0; i < program.functions().size(); i++) {
      int number = i;
      while (System.nanoTime() < deadline
          && variants(program.functions().get(number))
              .anyMatch(function -> accept(program.with(number, function)))) {
        progress = true;
      }
    }
    return progress;
  }

  private boolean accept(RandomProgram smaller) {
    if (System.nanoTime() < deadline && fails.test(smaller)) {
      program = smaller;
      return true;
    }
    return false;
  }

  /** Smaller functions, the much smaller ones first. */
  private static Stream<RandomFunction> variants(RandomFunction function) {
    Stream<RandomFunction> bodies = variants(function.body()).map(function::withBody);
    return function.tailCall() == null && function.cycle() < 0
        ? bodies
        : Stream.concat(Stream.of(function.withoutTailCall()), bodies);
  }

  /** Smaller lists: without a part, then with a smaller part. */
  private static Stream<List<Statement>> variants(List<Statement> statements) {
    int size = statements.size();
    Stream<List<Statement>> without =
        Stream.iterate(size, part -> part > 0, part -> part / 2)
            .flatMap(
                part ->
                    IntStream.iterate(0, from -> from < size, from -> from + part)
                        .mapToObj(
                            from ->
                                splice(statements, from, Math.min(from + part, size), List.of())));
    Stream<List<Statement>> smaller =
        IntStream.range(0, size)
            .boxed()
            .flatMap(
                i ->
                    variants(statements.get(i))
                        .map(replacement -> splice(statements, i, i + 1, replacement)));
    return Stream.concat(without, smaller);
  }

  private static List<Statement> splice(
      List<Statement> statements, int from, int to, List<Statement> replacement) {
    List<Statement> all = new ArrayList<>(statements.subList(0, from));
    all.addAll(replacement);
    all.addAll(statements.subList(to, statements.size()));
    return List.copyOf(all);
  }

  /** What can take the place of a statement. */
  private static Stream<List<Statement>> variants(Statement statement) {
    Stream<List<Statement>> parts = Statements.children(statement).stream();
    Stream<Statement> same =
        switch (statement) {
          case Statement.Loop loop ->
              Stream.concat(
                  Stream.of(1, loop.count() / 2)
                      .filter(count -> count > 0 && count < loop.count())
                      .map(count -> withCount(loop, count)),
                  variants(loop.body())
                      .map(
                          body ->
                              new Statement.Loop(
                                  loop.counter(), loop.count(), loop.testsFirst(), body)));
          case Statement.If choice ->
              Stream.concat(
                  variants(choice.then())
                      .map(then -> new Statement.If(choice.condition(), then, choice.otherwise())),
                  variants(choice.otherwise())
                      .map(
                          otherwise ->
                              new Statement.If(choice.condition(), choice.then(), otherwise)));
          case Statement.Switch table -> tables(table);
          case Statement.Plain plain -> Stream.empty();
          case Statement.Reservation reservation -> Stream.empty();
          case Statement.Strided strided -> Stream.empty();
          case Statement.Checkpoint checkpoint -> Stream.empty();
          case Statement.BreakIf breakIf -> Stream.empty();
          case Statement.Call call -> Stream.empty();
          case Statement.Recursion recursion -> Stream.empty();
        };
    return Stream.concat(parts, same.map(List::of));
  }

  private static Statement withCount(Statement.Loop loop, int count) {
    return new Statement.Loop(loop.counter(), count, loop.testsFirst(), loop.body());
  }

  /** The same number of cases, as the guard wants it, with less in them. */
  private static Stream<Statement> tables(Statement.Switch table) {
    return IntStream.range(0, table.cases().size())
        .boxed()
        .flatMap(
            i ->
                variants(table.cases().get(i))
                    .map(
                        smaller -> {
                          List<List<Statement>> cases = new ArrayList<>(table.cases());
                          cases.set(i, smaller);
                          return new Statement.Switch(
                              table.index(), table.relative(), table.guarded(), List.copyOf(cases));
                        }));
  }
}
