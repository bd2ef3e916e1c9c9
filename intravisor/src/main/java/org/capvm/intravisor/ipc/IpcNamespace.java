package org.capvm.intravisor.ipc;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.runtime.capability.CompressedBounds;
import org.capvm.runtime.memory.MemoryFile;
import org.capvm.runtime.memory.MemoryView;
import org.capvm.runtime.memory.Window;

/** The names of what the cVMs of a deployment share. Names of another deployment are unknown. */
public final class IpcNamespace implements AutoCloseable {
  /** The largest buffer in bytes: its pages are committed when it is made. */
  public static final long LARGEST_FILE = 1L << 30;

  /** Bytes of all buffers together. */
  private static final long MOST_BYTES = 2L << 30;

  /** Bytes of the buffers that one cVM owns: as many as it has address space for shared ones. */
  private static final long MOST_BYTES_OF_ONE = 256L << 20;

  private static final int MOST_NAMES = 1024;
  private static final int MOST_NAMES_OF_ONE = 64;

  private final Registry<CpFile> files = new Registry<>(MOST_NAMES, MOST_NAMES_OF_ONE);
  private final Registry<StreamListener> listeners = new Registry<>(MOST_NAMES, MOST_NAMES_OF_ONE);
  private final Registry<CpCall> calls = new Registry<>(MOST_NAMES, MOST_NAMES_OF_ONE);
  private final Deadlines deadlines = new Deadlines();
  private final Map<String, Participant> expected = new HashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong nextNumber = new AtomicLong(1);

  /** A cVM that does not run yet: the next one that joins by this name. */
  public Participant expect(String name) {
    synchronized (expected) {
      return expected.computeIfAbsent(name, Participant::guest);
    }
  }

  /** A cVM that is about to run. */
  public Participant join(String name) {
    synchronized (expected) {
      Participant waitedFor = expected.remove(name);
      return waitedFor == null ? Participant.guest(name) : waitedFor;
    }
  }

  /** {@link #publish(String, Participant, AccessList, long, MemorySegment)} of zeroes. */
  public CpFile publish(String name, Participant owner, AccessList access, long size)
      throws IpcException {
    return publish(name, owner, access, size, MemorySegment.NULL);
  }

  /**
   * Makes a buffer.
   *
   * @param size in bytes. Capabilities cover exactly so many where their format can say so, that is
   *     up to 4 KiB and in steps that grow with the size; otherwise the size is rounded up to the
   *     next step.
   * @param contents what it begins with, at most {@code size} bytes; behind them are zeroes
   * @throws IpcException when the name cannot be had, or the memory
   */
  public CpFile publish(
      String name, Participant owner, AccessList access, long size, MemorySegment contents)
      throws IpcException {
    if (size <= 0 || size > LARGEST_FILE || contents.byteSize() > size) {
      throw new IpcException(Kind.INVALID, "a buffer of " + size + " bytes");
    }
    files.requireFree(name, owner);
    long exact = CompressedBounds.roundedLength(size);
    long pages = exact + Window.PAGE - 1 & -Window.PAGE;
    reserve(owner, pages);
    CpFile file = null;
    try {
      file = make(name, owner, access, exact, pages, contents);
      files.add(name, owner, file);
      return file;
    } catch (OutOfMemoryError e) {
      giveBack(owner, pages);
      throw new IpcException(Kind.NO_MEMORY, e.getMessage());
    } catch (IpcException e) {
      file.close();
      throw e;
    }
  }

  private CpFile make(
      String name,
      Participant owner,
      AccessList access,
      long size,
      long pages,
      MemorySegment contents) {
    MemoryFile memory = MemoryFile.create(pages);
    try {
      MemoryView view = new MemoryView(memory, true);
      view.segment().copyFrom(contents);
      CpFile[] made = new CpFile[1];
      made[0] =
          new CpFile(
              new CpFile.Identity(name, nextNumber.getAndIncrement(), owner, access),
              size,
              memory,
              view,
              () -> forget(made[0], pages));
      return made[0];
    } catch (OutOfMemoryError e) {
      memory.close();
      throw e;
    }
  }

  private void forget(CpFile file, long pages) {
    files.remove(file.name(), file);
    giveBack(file.owner(), pages);
  }

  private void giveBack(Participant owner, long pages) {
    bytes.addAndGet(-pages);
    owner.bufferBytes().addAndGet(-pages);
  }

  private void reserve(Participant owner, long pages) throws IpcException {
    // What the Intravisor owns is in a configuration, which says how much there shall be.
    long mostOwned = owner.isGuest() ? MOST_BYTES_OF_ONE : MOST_BYTES;
    long all = bytes.addAndGet(pages);
    if (owner.bufferBytes().addAndGet(pages) > mostOwned || all > MOST_BYTES) {
      giveBack(owner, pages);
      throw new IpcException(Kind.NO_MEMORY, "the buffers of all cVMs are too large together");
    }
  }

  /**
   * The buffer of a name.
   *
   * @throws IpcException when there is none
   */
  public CpFile file(String name) throws IpcException {
    return files.find(name);
  }

  /** All buffers. */
  public List<CpFile> files() {
    return files.all();
  }

  /**
   * Gives a name to which streams can be connected. Names of streams are apart from those of
   * buffers.
   *
   * @param access its writers may connect
   */
  public StreamListener listen(String name, Participant owner, AccessList access)
      throws IpcException {
    Optional<StreamListener> declared =
        listeners.ownedBy(owner).stream().filter(l -> l.name().equals(name)).findFirst();
    if (declared.isPresent() && declared.get().takeUp()) {
      return declared.get();
    }
    StreamListener listener = declare(name, owner, access);
    listener.takeUp();
    return listener;
  }

  /**
   * As {@link #listen}, for a cVM that may not run yet: its first {@link #listen} to the name gets
   * what was declared, with this access list.
   */
  public StreamListener declare(String name, Participant owner, AccessList access)
      throws IpcException {
    StreamListener[] made = new StreamListener[1];
    made[0] = new StreamListener(name, owner, access, () -> listeners.remove(name, made[0]));
    listeners.add(name, owner, made[0]);
    return made[0];
  }

  /**
   * What streams can be connected to.
   *
   * @throws IpcException when nothing has the name
   */
  public StreamListener listener(String name) throws IpcException {
    return listeners.find(name);
  }

  /** Everything that streams can be connected to. */
  public List<StreamListener> listeners() {
    return listeners.all();
  }

  /**
   * Connects to a name, without waiting for the other side.
   *
   * @return the caller's end
   */
  public CpStream connect(String name, Participant participant) throws IpcException {
    return listeners.find(name).connect(participant);
  }

  /**
   * Gives a function a name. Names of functions are apart from those of buffers and streams.
   *
   * @param access its writers may call it
   */
  public CpCall publish(String name, Participant owner, AccessList access, Callee callee)
      throws IpcException {
    CpCall[] made = new CpCall[1];
    made[0] = new CpCall(name, owner, access, callee, () -> calls.remove(name, made[0]));
    calls.add(name, owner, made[0]);
    return made[0];
  }

  /**
   * The function of a name, for who may call it.
   *
   * @throws IpcException when there is none, or the access list says no
   */
  public CpCall call(String name, Participant participant) throws IpcException {
    return calls.find(name).open(participant);
  }

  /**
   * The function of a name, to look at.
   *
   * @throws IpcException when there is none
   */
  public CpCall function(String name) throws IpcException {
    return calls.find(name);
  }

  /** All functions. */
  public List<CpCall> functions() {
    return calls.all();
  }

  /** Sees to the time limits of calls. */
  public Deadlines deadlines() {
    return deadlines;
  }

  /**
   * A word of a buffer.
   *
   * @param offset in bytes
   */
  public record Word(CpFile file, long offset) {}

  /**
   * What an address of a cVM leads to.
   *
   * @throws IpcException when that is no buffer which it has open
   */
  public Word wordAt(Participant participant, long address) throws IpcException {
    for (CpFile file : files.all()) {
      OptionalLong offset = file.offsetOf(participant, address);
      if (offset.isPresent()) {
        return new Word(file, offset.getAsLong());
      }
    }
    throw new IpcException(Kind.INVALID, "this is no buffer's address");
  }

  /** A cVM has ended: its waits end, what it owns is closed, and its grants are taken back. */
  public void end(Participant participant) {
    participant.interrupt();
    files.ownedBy(participant).forEach(CpFile::close);
    files.all().forEach(file -> file.forget(participant));
    listeners.ownedBy(participant).forEach(StreamListener::close);
    calls.ownedBy(participant).forEach(CpCall::close);
    List.copyOf(participant.streams()).forEach(CpStream::breakOff);
  }

  /** Closes everything. */
  @Override
  public void close() {
    files.all().forEach(CpFile::close);
    listeners.all().forEach(StreamListener::close);
    calls.all().forEach(CpCall::close);
  }
}
