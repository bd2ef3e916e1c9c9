package org.capvm.translator.analyse;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A sum of registers times constants and a constant, modulo 2^64: what an address in a loop is in
 * terms of the registers at the start of an iteration.
 *
 * @param terms factors by register, none of them 0
 * @param constant what is added
 */
public record LinearForm(SortedMap<Integer, Long> terms, long constant) {
  public LinearForm {
    terms = Collections.unmodifiableSortedMap(terms);
  }

  static LinearForm constant(long value) {
    return new LinearForm(new TreeMap<>(), value);
  }

  /** The value of a register; x0 is the constant 0. */
  static LinearForm register(int register) {
    SortedMap<Integer, Long> terms = new TreeMap<>();
    if (register != 0) {
      terms.put(register, 1L);
    }
    return new LinearForm(terms, 0);
  }

  LinearForm plus(long value) {
    return new LinearForm(terms, constant + value);
  }

  /** This plus another form times a factor. */
  LinearForm plus(LinearForm other, long factor) {
    SortedMap<Integer, Long> sum = new TreeMap<>(terms);
    other.terms.forEach(
        (register, f) ->
            sum.merge(register, f * factor, (a, b) -> a + b == 0 ? null : Long.valueOf(a + b)));
    sum.values().removeIf(f -> f == 0);
    return new LinearForm(sum, constant + other.constant * factor);
  }

  /** The bits of a left shift by less than 64 that is a multiplication. */
  LinearForm shifted(int amount) {
    return constant(0).plus(this, 1L << amount);
  }
}
