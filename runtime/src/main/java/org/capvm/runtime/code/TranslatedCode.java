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

  /** Calls by address until a function gets a class of its own. */
  private static final int CALLS_BEFORE_DIRECT = 500;

  private final Function<String, byte[]> classes;

  private final int callsBeforeDirect;

  /**
   * @param classes finds the class file of a binary name; null when there is none
   */
  public TranslatedCode(Function<String, byte[]> classes) {
    this(classes, CALLS_BEFORE_DIRECT);
  }

  /**
   * @param classes finds the class file of a binary name; null when there is none
   * @param callsBeforeDirect after how many calls by address a function gets a class of its own
   */
  public TranslatedCode(Function<String, byte[]> classes, int callsBeforeDirect) {
    super(PACKAGE, TranslatedCode.class.getClassLoader());
    this.classes = classes;
    this.callsBeforeDirect = callsBeforeDirect;
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
    return new Cold(map, entry, className, number);
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
    return instantiate(className, new Class<?>[] {int.class}, number);
  }

  private GuestFunction instantiate(String className, Class<?>[] types, Object... arguments) {
    try {
      return (GuestFunction) loadClass(className).getConstructor(types).newInstance(arguments);
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      throw new LinkageError("generated class " + className + " cannot be used", e);
    }
  }

  /** The object of a function's own class. */
  private synchronized GuestFunction direct(String className, int number) {
    String name = DirectClass.name(className, number);
    if (findLoadedClass(name) == null) {
      byte[] bytes = DirectClass.of(className, number);
      defineClass(name, bytes, 0, bytes.length);
    }
    return instantiate(name, new Class<?>[0]);
  }

  /** A function that was not called often. */
  private final class Cold extends GuestFunction {
    private final CodeMap map;
    private final long entry;
    private final String className;
    private final int number;
    private GuestFunction loaded;
    private int budget = callsBeforeDirect;

    Cold(CodeMap map, long entry, String className, int number) {
      this.map = map;
      this.entry = entry;
      this.className = className;
      this.number = number;
    }

    /** Harts count without care. */
    @Override
    public void call(Hart h) {
      GuestFunction function = loaded;
      if (function == null) {
        function = load(className, number);
        loaded = function;
      }
      if (--budget == 0) {
        function = direct(className, number);
        map.replace(entry, this, function);
      }
      function.call(h);
    }
  }
}
