package org.capvm.intravisor.kernel.host.loader;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.capvm.intravisor.authority.RootCapabilities;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileSystem;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.memory.Layout;
import org.capvm.intravisor.kernel.host.memory.ProgramInfo;
import org.capvm.intravisor.kernel.host.memory.Region;
import org.capvm.intravisor.kernel.host.process.Credentials;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.translator.elf.CapabilityUse;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;

/** Loads a program into an empty address space, as execve does. */
public final class ProgramLoader {
  private static final int PROGRAM_HEADER_SIZE = 56;
  private static final int CLOCK_TICKS = 100;
  private static final int SP = 2;
  private static final int A0 = 10;
  private static final int SCRIPT_DEPTH = 4;
  private static final int SCRIPT_LINE = 256;

  private final FileSystem files;
  private final Dialect dialect;
  private final Vdso vdso = Vdso.read();

  /**
   * @param dialect of programs with capabilities
   */
  public ProgramLoader(FileSystem files, Dialect dialect) {
    this.files = files;
    this.dialect = dialect;
  }

  /**
   * What to execute.
   *
   * @param start where a relative path starts
   * @param name what messages call the program
   * @param path Latin-1, as all strings here: a character for each byte
   * @param arguments with argv[0]
   * @param environment strings of the form NAME=value
   */
  public record Request(
      Folder start,
      String name,
      String path,
      List<String> arguments,
      List<String> environment,
      Credentials credentials) {}

  /** A program that was opened and understood, so that loading it can hardly fail any more. */
  public static final class Prepared implements AutoCloseable {
    private final Request request;
    private final List<String> arguments;
    private final ProgramFile program;
    private final ElfImage image;
    private ProgramFile interpreter;
    private ElfImage interpreterImage;

    Prepared(Request request, List<String> arguments, ProgramFile program, ElfImage image) {
      this.request = request;
      this.arguments = arguments;
      this.program = program;
      this.image = image;
    }

    /** Whether its memory has to hold capabilities. */
    public boolean usesCapabilities() {
      return image.capabilityUse() != CapabilityUse.NONE;
    }

    @Override
    public void close() {
      program.close();
      if (interpreter != null) {
        interpreter.close();
      }
    }
  }

  /**
   * Opens a program, the interpreter of a script, and the dynamic linker.
   *
   * @throws LoadException when one of them is missing or unusable
   */
  public Prepared prepare(Request request) throws LoadException {
    String path = request.path();
    List<String> arguments = request.arguments();
    for (int depth = 0; depth <= SCRIPT_DEPTH; depth++) {
      ProgramFile file =
          depth == 0
              ? ProgramFile.open(files, request.start(), path, request.name())
              : openNeeded(request, path, "the interpreter");
      List<String> script = scriptInterpreter(file);
      if (script.isEmpty()) {
        return prepare(request, arguments, file);
      }
      file.close();
      List<String> extended = new ArrayList<>(script);
      extended.add(path);
      extended.addAll(arguments.subList(Math.min(1, arguments.size()), arguments.size()));
      arguments = extended;
      path = script.getFirst();
    }
    throw new LoadException(Errno.ELOOP, path + ": scripts start each other without end");
  }

  private Prepared prepare(Request request, List<String> arguments, ProgramFile file)
      throws LoadException {
    Prepared prepared;
    try {
      prepared = new Prepared(request, arguments, file, parse(file));
    } catch (LoadException e) {
      file.close();
      throw e;
    }
    if (prepared.image.interpreter().isPresent()) {
      try {
        prepared.interpreter =
            openNeeded(request, prepared.image.interpreter().get(), "the dynamic linker");
        prepared.interpreterImage = parse(prepared.interpreter);
      } catch (LoadException e) {
        prepared.close();
        throw e;
      }
    }
    return prepared;
  }

  /** Opens what a program cannot run without. */
  private ProgramFile openNeeded(Request request, String path, String what) throws LoadException {
    try {
      return ProgramFile.open(files, request.start(), path, path);
    } catch (LoadException e) {
      String reason =
          e.programIsMissing() ? "which is not in the root folder (--root)" : e.getMessage();
      throw LoadException.inNeed(
          e.error(), "%s: needs %s %s, %s".formatted(request.name(), what, path, reason));
    }
  }

  private static ElfImage parse(ProgramFile file) throws LoadException {
    try {
      return ElfImage.read(file.content(), file.name());
    } catch (ElfException e) {
      throw new LoadException(Errno.ENOEXEC, e.getMessage());
    }
  }

  /** The interpreter and its argument of a script's first line; empty for other files. */
  private static List<String> scriptInterpreter(ProgramFile file) throws LoadException {
    byte[] content = file.content();
    if (content.length < 2 || content[0] != '#' || content[1] != '!') {
      return List.of();
    }
    StringBuilder line = new StringBuilder();
    for (int i = 2; i < content.length && i < SCRIPT_LINE && content[i] != '\n'; i++) {
      line.append((char) (content[i] & 0xff));
    }
    String[] words = line.toString().strip().split("[ \t]+", 2);
    if (words[0].isEmpty()) {
      throw new LoadException(Errno.ENOEXEC, file.name() + ": names no interpreter");
    }
    return List.of(words);
  }

  /**
   * Maps the libraries that a loaded program needs, where its dynamic linker would map them,
   * without starting it. Libraries that are missing are left out: the dynamic linker will name
   * them.
   */
  public void loadLibraries(Prepared prepared, AddressSpace space) throws LoadException {
    new Libraries(files, new ImageMapper(space)).map(prepared.image);
  }

  /**
   * Maps a program and its dynamic linker and builds the stack.
   *
   * @param hart receives the entry and the stack pointer
   */
  public void load(Prepared prepared, AddressSpace space, Hart hart) throws LoadException {
    ImageMapper mapper = new ImageMapper(space);
    ElfImage image = prepared.image;
    long bias = mapper.map(prepared.program, image);
    space.setHeap(
        image.isExec()
            ? Math.max(image.segments().getLast().end(), space.layout().heapLow())
            : space.layout().heapLow());
    long linkerBias =
        prepared.interpreter == null
            ? 0
            : mapper.map(prepared.interpreter, prepared.interpreterImage);
    long vdsoBase = vdso.map(space);
    mapStack(space, image);
    long entry = image.entry() + bias;
    AuxiliaryVector auxiliary = new AuxiliaryVector();
    if (!Errno.isError(vdsoBase)) {
      auxiliary.with(AuxiliaryVector.SYSINFO_EHDR, vdsoBase);
    }
    Credentials who = prepared.request.credentials();
    auxiliary
        .with(AuxiliaryVector.HWCAP, AuxiliaryVector.RV64GC)
        .with(AuxiliaryVector.PAGESZ, 4096)
        .with(AuxiliaryVector.CLKTCK, CLOCK_TICKS)
        .with(AuxiliaryVector.PHDR, image.programHeaderAddress().map(a -> a + bias).orElse(0L))
        .with(AuxiliaryVector.PHENT, PROGRAM_HEADER_SIZE)
        .with(AuxiliaryVector.PHNUM, image.programHeaderCount())
        .with(AuxiliaryVector.BASE, linkerBias)
        .with(AuxiliaryVector.FLAGS, 0)
        .with(AuxiliaryVector.ENTRY, entry)
        .with(AuxiliaryVector.UID, who.user())
        .with(AuxiliaryVector.EUID, who.user())
        .with(AuxiliaryVector.GID, who.group())
        .with(AuxiliaryVector.EGID, who.group())
        .with(AuxiliaryVector.SECURE, 0);
    hart.x2 = buildStack(prepared, space, auxiliary, vdso.signalReturn(vdsoBase));
    hart.pc = prepared.interpreter == null ? entry : prepared.interpreterImage.entry() + linkerBias;
    if (prepared.usesCapabilities()) {
      giveCapabilities(hart, space.layout(), image.capabilityUse() == CapabilityUse.PURE);
    }
  }

  /**
   * A hybrid program has its data capability in DDC; a pure-capability one has it in ca0, the stack
   * in csp, and nothing in DDC. PCC executes and reads.
   */
  private void giveCapabilities(Hart h, Layout layout, boolean pure) {
    long size = h.window.size();
    long sp = h.x2;
    Capability code = RootCapabilities.code(dialect, size, pure).withAddress(h.pc);
    Capability data = RootCapabilities.data(dialect, size);
    h.window.tags().setShared(false);
    h.capabilities = new CapabilityRegisters(h, dialect, code, pure ? Capability.NULL : data);
    if (pure) {
      long length = layout.stackTop() - layout.stackLow();
      Capability stack = RootCapabilities.stack(dialect, layout.stackLow(), length);
      h.capabilities.set(SP, stack.withAddress(sp));
      h.capabilities.set(A0, data);
    }
  }

  private static void mapStack(AddressSpace space, ElfImage image) throws LoadException {
    Layout layout = space.layout();
    long mapped =
        space.map(
            layout.stackLow(),
            0,
            layout.stackTop() - layout.stackLow(),
            Region.READ | Region.WRITE | (image.executableStack() ? Region.EXECUTE : 0),
            false,
            null,
            0,
            "[stack]");
    if (Errno.isError(mapped)) {
      throw new LoadException(mapped, image.name() + ": no memory for the stack");
    }
  }

  private static long buildStack(
      Prepared prepared, AddressSpace space, AuxiliaryVector auxiliary, long signalReturn)
      throws LoadException {
    Request request = prepared.request;
    byte[] commandLine = InitialStack.joined(prepared.arguments);
    byte[] environment = InitialStack.joined(request.environment());
    Layout layout = space.layout();
    if (commandLine.length + environment.length > (layout.stackTop() - layout.stackLow()) / 4) {
      throw new LoadException(Errno.E2BIG, request.name() + ": too many arguments");
    }
    InitialStack stack = new InitialStack(space.memory(), layout.stackTop());
    long path = stack.push(InitialStack.terminated(request.path()), 1);
    List<Long> environmentAddresses = stack.pushStrings(request.environment());
    List<Long> argumentAddresses = stack.pushStrings(prepared.arguments);
    byte[] random = new byte[16];
    ThreadLocalRandom.current().nextBytes(random);
    long randomAddress = stack.push(random, 16);
    auxiliary.with(AuxiliaryVector.RANDOM, randomAddress).with(AuxiliaryVector.EXECFN, path);
    byte[] encoded = auxiliary.encode();
    long pointer = stack.finish(argumentAddresses, environmentAddresses, encoded);
    space.setProgram(
        new ProgramInfo(
            prepared.program.path(), commandLine, environment, encoded, signalReturn, pointer));
    return pointer;
  }
}
