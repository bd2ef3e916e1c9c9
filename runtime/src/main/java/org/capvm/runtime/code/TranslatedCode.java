package org.capvm.runtime.code;

import java.lang.reflect.InvocationTargetException;
import java.util.function.Function;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;

/**
 * The classes translated from one file at one address. They are loaded when their first function is
 * called, and unloaded when no cVM uses them any more.
 */
public final class TranslatedCode extends ClassLoader {
  /** All generated classes are in packages below this one. */
  public static final String PACKAGE = "guest";

  private final Function<String, byte[]> classes;

  /**
   * @param classes finds the class file of a binary name; null when there is none
   */
  public TranslatedCode(Function<String, byte[]> classes) {
    super(PACKAGE, TranslatedCode.class.getClassLoader());
    this.classes = classes;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = classes.apply(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  /** A function of a class by its number; the class is loaded when the function is first called. */
  public GuestFunction function(CodeMap map, long entry, String className, int number) {
    return new Unloaded(map, entry, className, number);
  }

  /**
   * Code entered in the middle of a function, see {@code ResumePoints}.
   *
   * @param number by which the class knows the entry
   */
  public GuestFunction resumePoint(String className, int number) {
    return load(className, number);
  }

  private GuestFunction load(String className, int number) {
    try {
      return (GuestFunction) loadClass(className).getConstructor(int.class).newInstance(number);
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      throw new LinkageError("generated class " + className + " cannot be used", e);
    }
  }

  private final class Unloaded extends GuestFunction {
    private final CodeMap map;
    private final long entry;
    private final String className;
    private final int number;

    Unloaded(CodeMap map, long entry, String className, int number) {
      this.map = map;
      this.entry = entry;
      this.className = className;
      this.number = number;
    }

    @Override
    public void call(Hart h) {
      GuestFunction function = load(className, number);
      map.replace(entry, this, function);
      function.call(h);
    }
  }
}
