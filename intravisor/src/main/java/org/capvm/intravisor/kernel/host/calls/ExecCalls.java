package org.capvm.intravisor.kernel.host.calls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.loader.LoadException;
import org.capvm.intravisor.kernel.host.loader.ProgramLoader;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.memory.AddressSpaces;
import org.capvm.intravisor.kernel.host.memory.Layout;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.SignalStack;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;

/** execve: the process goes on with another program in an address space of its own. */
public final class ExecCalls {
  private static final int STRING_LIMIT = 128 * 1024;
  private static final int LIST_LIMIT = 1 << 16;

  private final ProgramLoader loader;
  private final AddressSpaces addressSpaces;

  /**
   * @param addressSpaces makes an empty address space
   */
  public ExecCalls(ProgramLoader loader, AddressSpaces addressSpaces) {
    this.loader = loader;
    this.addressSpaces = addressSpaces;
  }

  void addTo(SystemCallTable table) {
    table.addComplete(
        221,
        "execve",
        (t, path, arguments, environment, d, e, f) -> execute(t, path, arguments, environment),
        Argument.PATH,
        Argument.ADDRESS,
        Argument.ADDRESS);
  }

  private long execute(Task task, long path, long arguments, long environment) {
    String name = Paths.read(task, path);
    List<String> argumentList = strings(task, arguments);
    List<String> environmentList = strings(task, environment);
    if (name == null) {
      return Errno.ENAMETOOLONG;
    }
    if (argumentList == null || environmentList == null) {
      return Errno.E2BIG;
    }
    Process process = task.process();
    Folder current = process.files().current();
    try (ProgramLoader.Prepared prepared =
        loader.prepare(
            new ProgramLoader.Request(
                current,
                name,
                name,
                argumentList.isEmpty() ? List.of("") : argumentList,
                environmentList,
                process.credentials()))) {
      return replace(task, prepared, name);
    } catch (LoadException e) {
      return e.error();
    } finally {
      current.release();
    }
  }

  private long replace(Task task, ProgramLoader.Prepared prepared, String path)
      throws LoadException {
    Process process = task.process();
    AddressSpace space;
    try {
      space = addressSpaces.create(prepared.usesCapabilities());
    } catch (OutOfMemoryError e) {
      return Errno.ENOMEM;
    }
    Hart hart = process.harts().create(space);
    try {
      loader.load(prepared, space, hart);
    } catch (LoadException e) {
      space.leave();
      throw e;
    }
    if (!process.endOtherTasks(task)) {
      space.leave();
      throw HartExit.INSTANCE;
    }
    process.descriptors().closeForExec();
    process.signals().resetHandlers();
    process.timers().deleteCreated();
    task.signals().setStack(SignalStack.NONE);
    task.setName(commandName(path));
    process.replaceAddressSpace(space);
    task.replaceHart(hart);
    process.releaseParent();
    throw HartExit.INSTANCE;
  }

  /** What a task is called when its program starts: the last component of its path. */
  public static String commandName(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.substring(0, Math.min(15, name.length()));
  }

  /** A NULL-terminated array of strings, or null when there are too many bytes. */
  private static List<String> strings(Task task, long array) {
    List<String> strings = new ArrayList<>();
    if (array == 0) {
      return strings;
    }
    GuestMemory memory = task.memory();
    long bytes = 0;
    for (long at = array; ; at += memory.pointerSize()) {
      long address = memory.pointer(at);
      if (address == 0) {
        return strings;
      }
      byte[] string = memory.getCString(address, STRING_LIMIT);
      if (string == null || strings.size() >= LIST_LIMIT) {
        return null;
      }
      bytes += string.length + 1;
      if (bytes > Layout.STACK / 4) {
        return null;
      }
      strings.add(new String(string, StandardCharsets.ISO_8859_1));
    }
  }
}
