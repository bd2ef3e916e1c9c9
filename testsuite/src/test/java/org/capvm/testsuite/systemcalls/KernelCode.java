package org.capvm.testsuite.systemcalls;

import static java.util.stream.Collectors.toCollection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Handle;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * The compiled code of a kernel: which methods the handler of a system call, or hostcall, may
 * reach. A call through a class or interface may reach every override of the method.
 */
public final class KernelCode {
  private static final Path CLASSES = Path.of("../intravisor/target/classes");
  private static final String INTRAVISOR = "org/capvm/intravisor/";
  private static final String TABLE = INTRAVISOR + "kernel/host/syscall/SystemCallTable";
  private static final String HOSTCALLS = INTRAVISOR + "hostcall/HostcallTable";
  private static final String RESULTS = INTRAVISOR + "ipc/calls/Results";

  /** A method: its class, its name and its descriptor. */
  public record Method(String owner, String name, String descriptor) {}

  private final Map<String, ClassNode> classes = new HashMap<>();
  private final Map<Method, Set<Method>> calls = new HashMap<>();
  private final Map<String, Set<String>> subtypes = new HashMap<>();
  private final Map<String, Method> handlers = new TreeMap<>();

  private KernelCode() {}

  /** That of the {@code host} kernel. */
  static KernelCode read() throws IOException {
    return read("kernel/host");
  }

  /** That of the hostcalls. */
  public static KernelCode readHostcalls() throws IOException {
    return read("hostcall", "ipc", "kernel/none");
  }

  private static KernelCode read(String... folders) throws IOException {
    KernelCode code = new KernelCode();
    for (String folder : folders) {
      try (Stream<Path> files = Files.walk(CLASSES.resolve(INTRAVISOR + folder))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
          ClassNode node = new ClassNode();
          new ClassReader(Files.readAllBytes(file)).accept(node, ClassReader.SKIP_DEBUG);
          code.classes.put(node.name, node);
        }
      }
    }
    code.classes.values().forEach(code::addSubtypes);
    code.classes.values().forEach(node -> node.methods.forEach(m -> code.addCalls(node, m)));
    return code;
  }

  private void addSubtypes(ClassNode node) {
    List<String> parents = new ArrayList<>(node.interfaces);
    parents.add(node.superName);
    parents.forEach(p -> subtypes.computeIfAbsent(p, name -> new HashSet<>()).add(node.name));
  }

  private void addCalls(ClassNode node, MethodNode method) {
    Set<Method> called = new HashSet<>();
    String name = null;
    Method handler = null;
    for (AbstractInsnNode instruction : method.instructions) {
      switch (instruction) {
        case LdcInsnNode constant when constant.cst instanceof String text -> name = text;
        case InvokeDynamicInsnNode lambda -> {
          for (Object argument : lambda.bsmArgs) {
            if (argument instanceof Handle h) {
              handler = new Method(h.getOwner(), h.getName(), h.getDesc());
              called.add(handler);
            }
          }
        }
        case MethodInsnNode call -> {
          called.add(new Method(call.owner, call.name, call.desc));
          if (adds(call) && handler != null) {
            handlers.put(name, handler);
            handler = null;
          }
        }
        default -> {}
      }
    }
    calls.put(new Method(node.name, method.name, method.desc), called);
  }

  private static boolean adds(MethodInsnNode call) {
    return switch (call.owner) {
      case TABLE, HOSTCALLS -> call.name.startsWith("add");
      case RESULTS -> call.name.equals("call") || call.name.equals("nestingCall");
      default -> false;
    };
  }

  /** The names of the system calls for which a handler was found. */
  public Set<String> names() {
    return handlers.keySet();
  }

  /** The system calls whose handlers may reach such a method. */
  public Set<String> reaching(Predicate<Method> wanted) {
    return handlers.entrySet().stream()
        .filter(entry -> reaches(entry.getValue(), wanted))
        .map(Map.Entry::getKey)
        .collect(toCollection(TreeSet::new));
  }

  private boolean reaches(Method start, Predicate<Method> wanted) {
    Set<Method> seen = new HashSet<>();
    Deque<Method> next = new ArrayDeque<>(List.of(start));
    while (!next.isEmpty()) {
      Method method = next.pop();
      if (wanted.test(method)) {
        return true;
      }
      if (seen.add(method)) {
        overrides(method).forEach(next::add);
        next.addAll(calls.getOrDefault(method, Set.of()));
      }
    }
    return false;
  }

  private List<Method> overrides(Method method) {
    List<Method> all = new ArrayList<>();
    for (String subtype : subtypes.getOrDefault(method.owner(), Set.of())) {
      all.add(new Method(subtype, method.name(), method.descriptor()));
    }
    // An inherited method runs in its superclass.
    ClassNode node = classes.get(method.owner());
    if (node != null && !calls.containsKey(method) && !method.name().equals("<init>")) {
      all.add(new Method(node.superName, method.name(), method.descriptor()));
    }
    return all;
  }
}
