package org.capvm.intravisor.backtrace;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Symbol;

/** Names of places in a program. */
public final class NearestSymbol {
  private NearestSymbol() {}

  /**
   * An address as a function, or a label of assembly, and an offset from it.
   *
   * @param address as the file has it, before loading
   * @return nothing where the nearest symbol before it ends before it
   */
  public static Optional<String> of(ElfImage program, long address) {
    return Stream.concat(program.symbols().stream(), program.dynamicSymbols().stream())
        .filter(s -> s.defined() && isName(s) && s.value() <= address)
        .max(Comparator.comparingLong(Symbol::value))
        .filter(s -> s.size() == 0 || address - s.value() < s.size())
        .map(s -> "%s+0x%x".formatted(printable(s.name()), address - s.value()));
  }

  /** Labels of assembly have no type. */
  private static boolean isName(Symbol s) {
    boolean label = s.kind() == Symbol.Kind.OTHER && !s.name().startsWith("$") && s.value() != 0;
    return (s.isCode() || label) && !s.name().isEmpty() && !s.name().startsWith(".L");
  }

  /** Names are the guest's: control characters in them must not reach a terminal. */
  public static String printable(String name) {
    return name.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
