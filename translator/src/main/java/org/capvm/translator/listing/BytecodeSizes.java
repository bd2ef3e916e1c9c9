package org.capvm.translator.listing;

import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.capvm.translator.image.TranslatedFile;

/**
 * How large the methods of a translation are. HotSpot compiles methods of up to 8,000 bytes of
 * bytecode; larger ones only with {@code -XX:-DontCompileHugeMethods}.
 *
 * @param methods how many there are
 * @param total bytes of bytecode of all
 * @param largest bytes of the largest
 * @param histogram number of methods by size class: powers of two from 64, then all others
 * @param oversized methods of more than 8,000 bytes, with their sizes
 */
public record BytecodeSizes(
    int methods,
    long total,
    int largest,
    SortedMap<Integer, Integer> histogram,
    List<String> oversized) {
  private static final int COMPILED = 8_000;
  private static final int SMALLEST_CLASS = 64;

  /** Measures all classes of a translation. */
  public static BytecodeSizes of(TranslatedFile file) {
    Set<String> classes = new LinkedHashSet<>();
    file.functions().forEach(f -> classes.add(f.className()));
    int methods = 0;
    long total = 0;
    int largest = 0;
    SortedMap<Integer, Integer> histogram = new TreeMap<>();
    List<String> oversized = new ArrayList<>();
    for (String name : classes) {
      for (MethodModel method : ClassFile.of().parse(file.classFile(name)).methods()) {
        int size = method.code().map(c -> ((CodeAttribute) c).codeLength()).orElse(0);
        methods++;
        total += size;
        largest = Math.max(largest, size);
        histogram.merge(sizeClass(size), 1, Integer::sum);
        if (size > COMPILED) {
          oversized.add("%s, %,d bytes".formatted(method.methodName().stringValue(), size));
        }
      }
    }
    return new BytecodeSizes(methods, total, largest, histogram, List.copyOf(oversized));
  }

  private static int sizeClass(int size) {
    return Math.max(SMALLEST_CLASS, Integer.highestOneBit(Math.max(1, size - 1)) << 1);
  }
}
