package org.capvm.translator.image;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.capvm.translator.check.FileChecker;
import org.capvm.translator.check.RejectedClassException;
import org.capvm.translator.emit.Variant;

/** A file translated for one load address: its functions and the classes that hold them. */
public interface TranslatedFile {
  /**
   * A translated function.
   *
   * @param entry guest address
   * @param className binary name of the class that holds it
   * @param number by which the class knows it
   */
  record Function(long entry, String className, int number) {}

  /** All functions, sorted by entry. */
  List<Function> functions();

  /** Its exact calls, see {@code FileTranslator.exactCalls}. */
  SortedMap<Long, Long> exactCalls();

  /** Binary names of all classes, also of those that no function is in. */
  Set<String> classNames();

  /** The class file of a class by its binary name; null when there is none. */
  byte[] classFile(String name);

  /**
   * Holds all classes to what generated code may do.
   *
   * @param variant what the file was translated to
   * @return how many there are
   * @throws RejectedClassException when one does something else
   */
  default int check(Variant variant) throws RejectedClassException {
    Set<String> entered =
        functions().stream().map(Function::className).collect(Collectors.toUnmodifiableSet());
    FileChecker.check(classNames(), entered, this::classFile, variant.isTagClearing());
    return classNames().size();
  }
}
