package org.capvm.translator.listing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.util.Textifier;
import org.objectweb.asm.util.TraceMethodVisitor;

/** The bytecode of methods, by the line numbers that say which guest instruction it is made of. */
public final class BytecodeListing {
  private static final String LINE_NUMBER = "LINENUMBER ";

  private BytecodeListing() {}

  /**
   * Lists methods of a class.
   *
   * @param classFile the class
   * @param methods which methods, by name
   * @return JVM instructions and labels in order, by line number; line 0 is what precedes the first
   */
  public static Map<Integer, List<String>> of(byte[] classFile, Predicate<String> methods) {
    Map<Integer, List<String>> lines = new TreeMap<>();
    inOrder(classFile, methods).values().forEach(text -> collect(text, lines));
    return lines;
  }

  /**
   * Lists methods of a class, each in the order of its bytecode.
   *
   * @param classFile the class
   * @param methods which methods, by name
   * @return JVM instructions, labels and {@code LINENUMBER n label} by the methods' names and
   *     descriptors
   */
  public static Map<String, List<String>> inOrder(byte[] classFile, Predicate<String> methods) {
    Map<String, Textifier> texts = new LinkedHashMap<>();
    new ClassReader(classFile)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String name, String descriptor, String signature, String[] thrown) {
                if (!methods.test(name)) {
                  return null;
                }
                Textifier text = new Textifier();
                texts.put(name + " " + descriptor, text);
                return new TraceMethodVisitor(text);
              }
            },
            ClassReader.SKIP_FRAMES);
    Map<String, List<String>> words = new LinkedHashMap<>();
    texts.forEach((method, text) -> words.put(method, words(text.getText())));
    return words;
  }

  private static List<String> words(List<Object> text) {
    return text.stream()
        .map(part -> part.toString().strip())
        .filter(part -> !part.startsWith("MAXSTACK") && !part.startsWith("MAXLOCALS"))
        .toList();
  }

  private static void collect(List<String> text, Map<Integer, List<String>> lines) {
    int line = 0;
    for (String words : text) {
      if (words.startsWith(LINE_NUMBER)) {
        line = Integer.parseInt(words.substring(LINE_NUMBER.length()).split(" ")[0]);
      } else {
        lines.computeIfAbsent(line, l -> new ArrayList<>()).add(words);
      }
    }
  }
}
