package org.capvm.testsuite.capability;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Random functions of a hybrid program, as assembly: some with capability instructions, some
 * without, that call each other directly and through pointers. Capabilities stay in registers of
 * all kinds across calls. Functions call those behind them only, and raise no exception.
 */
final class HybridFunctions {
  static final int FUNCTIONS = 8;

  /** Bytes from tp on that functions load and store. */
  static final int DATA_SIZE = 512;

  private static final int STEPS = 8;
  private static final int CALLS = 2;
  private static final int FRAME = 48;

  /** What nobody preserves. */
  private static final List<String> TEMPORARIES =
      List.of(
          "t0", "t1", "t2", "t3", "t4", "t5", "t6", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7");

  private static final List<String> ARGUMENTS = List.of("a0", "a1", "a2", "a3");

  /** What functions without capabilities save and restore, as integers. */
  private static final List<String> SAVED = List.of("s2", "s3");

  /** What functions with capabilities use besides, and do not restore. */
  private static final List<String> KEPT = List.of("s2", "s3", "s4", "s5");

  private final Random random;
  private final String name;
  private final boolean conventional;
  private final StringBuilder text = new StringBuilder();
  private final List<String> defined = new ArrayList<>();
  private boolean hasCapabilities;
  private boolean saves;
  private int labels;
  private int calls;

  /**
   * @param name what the names of the functions start with; their numbers follow
   * @param conventional whether no register is read that the ABI says nothing of
   */
  HybridFunctions(Random random, String name, boolean conventional) {
    this.random = random;
    this.name = name;
    this.conventional = conventional;
    for (int n = 0; n < FUNCTIONS; n++) {
      function(n);
    }
  }

  String text() {
    return text.toString();
  }

  private void line(String format, Object... operands) {
    text.append('\t').append(format.formatted(operands)).append('\n');
  }

  private void function(int n) {
    hasCapabilities = random.nextInt(3) == 0;
    saves = !hasCapabilities && random.nextBoolean();
    calls = 0;
    defined.clear();
    defined.addAll(conventional ? ARGUMENTS : TEMPORARIES);
    defined.addAll(hasCapabilities ? KEPT : saves ? SAVED : List.of());
    line(".globl %1$s%2$d\n\t.type %1$s%2$d, @function\n%1$s%2$d:", name, n);
    line("addi sp, sp, -%d", FRAME);
    line("sd ra, %d(sp)", FRAME - 8);
    if (saves) {
      for (int k = 0; k < SAVED.size(); k++) {
        line("sd %s, %d(sp)", SAVED.get(k), 8 * k);
      }
    }
    for (int k = 0; k < STEPS; k++) {
      step(n);
    }
    if (saves) {
      for (int k = 0; k < SAVED.size(); k++) {
        line("ld %s, %d(sp)", SAVED.get(k), 8 * k);
      }
    }
    line("ld ra, %d(sp)", FRAME - 8);
    line("addi sp, sp, %d", FRAME);
    line("ret");
    line(".size %1$s%2$d, . - %1$s%2$d", name, n);
  }

  private void step(int n) {
    int kind = random.nextInt(8);
    if (kind == 0 && n + 1 < FUNCTIONS && calls < CALLS) {
      call(n + 1 + random.nextInt(FUNCTIONS - n - 1));
    } else if (kind == 1) {
      branch();
    } else if (kind == 2) {
      loop();
    } else if (kind == 3 && random.nextInt(3) == 0) {
      line("li a7, %d", random.nextInt(3));
      line("ecall");
      define("a7");
      define("a0");
    } else if (hasCapabilities && kind > 3) {
      capabilities();
    } else {
      define(integer());
    }
  }

  private void call(int target) {
    calls++;
    for (String argument : ARGUMENTS) {
      if (!defined.contains(argument)) {
        line("li %s, %d", argument, random.nextInt(100));
      }
    }
    if (random.nextInt(3) == 0) {
      line("lla t1, %s%d", name, target);
      line("jalr t1");
    } else {
      line("jal %s%d", name, target);
    }
    if (conventional) {
      defined.removeAll(TEMPORARIES);
      defined.add("a0");
    }
  }

  private void branch() {
    int label = labels++;
    line("blt %s, %s, .L%s%d", source(), source(), name, label);
    integer();
    integer();
    text.append(".L%s%d:\n".formatted(name, label));
  }

  /** Three iterations that go through memory, eight bytes each. */
  private void loop() {
    int label = labels++;
    line("mv t4, tp");
    line("addi t5, tp, 24");
    text.append(".L%s%d:\n".formatted(name, label));
    line("sd %s, 64(t4)", source());
    line("addi t4, t4, 8");
    line("bne t4, t5, .L%s%d", name, label);
    define("t4");
    define("t5");
  }

  /** Emits an instruction without capabilities; returns what it writes. */
  private String integer() {
    String to = destination();
    int offset = 8 * random.nextInt(DATA_SIZE / 8);
    switch (random.nextInt(6)) {
      case 0 -> line("ld %s, %d(tp)", to, offset);
      case 1 -> line("sd %s, %d(tp)", source(), offset);
      case 2 -> line("sw %s, %d(sp)", source(), 16 + 4 * random.nextInt(4));
      case 3 -> line("li %s, %d", to, random.nextInt(100));
      case 4 -> line("xor %s, %s, %s", to, source(), source());
      default -> line("add %s, %s, %s", to, source(), source());
    }
    return to;
  }

  private void capabilities() {
    String to = random.nextInt(3) == 0 ? pick(KEPT) : pick(TEMPORARIES);
    int offset = 16 * random.nextInt(DATA_SIZE / 16);
    int kind = random.nextInt(9);
    switch (kind) {
      case 0 -> {
        line("cspecialrw %s, ddc, cnull", to);
        line("csetaddr %1$s, %1$s, tp", to);
        line("csetboundsimm %1$s, %1$s, %2$d", to, 16 * (1 + random.nextInt(8)));
      }
      case 1 -> line("sc %s, %d, tp", pick(defined), offset);
      case 2 -> line("lc %s, %d, tp", to, offset);
      case 3 -> line("cmove %s, %s", to, pick(defined));
      case 4 -> line("cincoffsetimm %s, %s, %d", to, pick(defined), random.nextInt(8));
      case 5 -> line("cgettag %s, %s", to, pick(defined));
      default -> clear();
    }
    if (kind != 1 && kind < 6) {
      define(to);
    }
  }

  /** From here on other functions may run without capabilities, or soon. */
  private void clear() {
    IntStream.range(5, 32).forEach(n -> line("mv x%1$d, x%1$d", n));
  }

  private void define(String register) {
    if (!defined.contains(register)) {
      defined.add(register);
    }
  }

  private String source() {
    return random.nextInt(8) == 0 ? "tp" : pick(defined);
  }

  private String destination() {
    return pick(saves && random.nextInt(4) == 0 ? SAVED : TEMPORARIES);
  }

  private String pick(List<String> registers) {
    return registers.get(random.nextInt(registers.size()));
  }
}
