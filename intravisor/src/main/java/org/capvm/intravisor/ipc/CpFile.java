package org.capvm.intravisor.ipc;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.capvm.intravisor.event.IpcEvent;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.Wait.Outcome;
import org.capvm.runtime.memory.MemoryFile;
import org.capvm.runtime.memory.MemoryView;

/**
 * A buffer that cVMs share: pages of its own, which each cVM that opens it sees in a mapping of its
 * own, through a capability. Nobody stands between a cVM and the bytes; taking them away again
 * replaces the mapping.
 */
public final class CpFile implements AutoCloseable {
  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

  private record Holder(Participant participant, boolean writable) {}

  private final String name;
  private final long number;
  private final Participant owner;
  private final AccessList access;
  private final long size;
  private final MemoryFile memory;
  private final Runnable onClose;

  /** The Intravisor's own mapping, for its copies in and out. */
  private final MemoryView contents;

  private final WordWaiters waiters;

  /** Who has it open; its waits are ended behind its removal. */
  private final Set<Participant> holders = ConcurrentHashMap.newKeySet();

  // Guarded by this.
  private final Map<Holder, FileGrant> grants = new HashMap<>();
  private final Set<FileHandle> handles = new HashSet<>();
  private final List<MemoryView> views = new ArrayList<>();
  private final Set<String> excluded = new HashSet<>();
  private boolean closed;
  private boolean erased;

  /**
   * What a buffer is known by.
   *
   * @param number that no other buffer of the deployment ever has
   */
  record Identity(String name, long number, Participant owner, AccessList access) {}

  /**
   * @param size that the capabilities cover, see {@link IpcNamespace#publish}
   * @param contents of the memory, to be closed with the file
   * @param onClose gives the name back
   */
  CpFile(Identity identity, long size, MemoryFile memory, MemoryView contents, Runnable onClose) {
    this.name = identity.name();
    this.number = identity.number();
    this.owner = identity.owner();
    this.access = identity.access();
    this.size = size;
    this.memory = memory;
    this.contents = contents;
    this.onClose = onClose;
    this.waiters = new WordWaiters(offset -> (int) WORD.getVolatile(contents.segment(), offset));
  }

  public String name() {
    return name;
  }

  /** A number that no other buffer of the deployment ever has. */
  public long number() {
    return number;
  }

  /** In bytes. */
  public long size() {
    return size;
  }

  public Participant owner() {
    return owner;
  }

  /** Whether somebody may open it for writing now. */
  public synchronized boolean mayWrite(Participant participant) {
    return participant == owner
        || access.mayWrite(participant.name()) && !excluded.contains(participant.name());
  }

  /** Whether somebody may open it for reading now. */
  public synchronized boolean mayRead(Participant participant) {
    return participant == owner
        || access.mayRead(participant.name()) && !excluded.contains(participant.name());
  }

  /**
   * Opens it for a cVM, which gets the same grant again while it has one.
   *
   * @throws IpcException when it may not, or cannot be mapped
   */
  public FileGrant open(Participant participant, boolean writable) throws IpcException {
    IpcEvent event = IpcEvent.ifRecorded();
    FileGrant grant = grant(participant, writable);
    if (event != null) {
      event.end(participant.name(), "cp_file_open", name, size);
    }
    return grant;
  }

  private synchronized FileGrant grant(Participant participant, boolean writable)
      throws IpcException {
    requireAccess(participant, writable);
    if (participant.window() == null || participant.window().tags() == null) {
      throw new IpcException(
          Kind.NOT_SUPPORTED, "'" + participant.name() + "' cannot hold capabilities");
    }
    Holder holder = new Holder(participant, writable);
    FileGrant grant = grants.get(holder);
    try {
      if (grant == null) {
        grant = new FileGrant(participant.window(), memory, size, writable);
        grants.put(holder, grant);
      } else if (!grant.isOpen()) {
        grant.reopen(memory);
      }
      holders.add(participant);
    } catch (OutOfMemoryError e) {
      throw new IpcException(Kind.NO_MEMORY, e.getMessage());
    }
    return grant;
  }

  /**
   * Opens it for the kernel of a cVM, which lets programs read, write and map it.
   *
   * @throws IpcException when the cVM may not
   */
  public synchronized FileHandle openForKernel(Participant participant, boolean writable)
      throws IpcException {
    requireAccess(participant, writable);
    FileHandle handle = new FileHandle(this, participant, contents.segment(), memory);
    handles.add(handle);
    return handle;
  }

  synchronized void forget(FileHandle handle) {
    handles.remove(handle);
  }

  private void requireAccess(Participant participant, boolean writable) throws IpcException {
    requireOpen();
    if (writable ? !mayWrite(participant) : !mayRead(participant)) {
      throw new IpcException(
          Kind.DENIED, "'%s' may not open '%s'".formatted(participant.name(), name));
    }
    if (participant.hasEnded()) {
      throw new IpcException(Kind.INTERRUPTED, "'" + participant.name() + "' ends");
    }
  }

  private void requireOpen() throws IpcException {
    if (closed) {
      throw new IpcException(Kind.NO_SUCH_NAME, "'" + name + "' is gone");
    }
  }

  /** That somebody may read it now. */
  public synchronized void requireReadable(Participant participant) throws IpcException {
    if (!mayRead(participant)) {
      throw new IpcException(
          Kind.DENIED, "'%s' may not read '%s'".formatted(participant.name(), name));
    }
  }

  /** The offset in this buffer of what an address of a cVM leads to, if it leads here. */
  synchronized OptionalLong offsetOf(Participant participant, long address) {
    return grants.entrySet().stream()
        .filter(e -> e.getKey().participant() == participant && e.getValue().holds(address))
        .mapToLong(e -> address - e.getValue().capability().base())
        .findFirst();
  }

  /**
   * A view for Java, until it or the buffer is taken back. Whoever has the segment then gets {@link
   * IllegalStateException}, and a copy in flight reads zeroes.
   */
  public synchronized MemoryView view(boolean writable) throws IpcException {
    requireOpen();
    try {
      MemoryView view = new MemoryView(memory, writable);
      views.add(view);
      return view;
    } catch (OutOfMemoryError e) {
      throw new IpcException(Kind.NO_MEMORY, e.getMessage());
    }
  }

  /** Takes a view for Java back. */
  public synchronized void revoke(MemoryView view) {
    views.remove(view);
    hide(view::revoke);
    closeIfErased();
  }

  /**
   * Takes it away from a cVM, which cannot open it again. When this returns nothing that the cVM
   * has or does reaches the contents. Its waits end.
   */
  public void revoke(String cvm) {
    IpcEvent event = IpcEvent.ifRecorded();
    exclude(cvm);
    if (event != null) {
      event.end(cvm, "cp_file_revoke", name, size);
    }
  }

  private synchronized void exclude(String cvm) {
    excluded.add(cvm);
    grants.keySet().stream()
        .map(Holder::participant)
        .filter(participant -> participant.name().equals(cvm))
        .distinct()
        .toList()
        .forEach(this::forget);
    takeBack(handle -> handle.participant().name().equals(cvm));
    closeIfErased();
  }

  /** Ends what kernels have opened. */
  private void takeBack(Predicate<FileHandle> ended) {
    for (FileHandle handle : List.copyOf(handles)) {
      if (ended.test(handle)) {
        hide(handle::revoke);
        waiters.end(handle.participant());
      }
    }
    handles.removeIf(ended);
  }

  /** Ends what a cVM has of it, which it may open again. */
  public synchronized void release(Participant participant) {
    takeBack(participant);
  }

  private void takeBack(Participant participant) {
    grants.forEach(
        (holder, grant) -> {
          if (holder.participant() == participant) {
            hide(grant::close);
          }
        });
    holders.remove(participant);
    waiters.end(participant);
    closeIfErased();
  }

  private void closeIfErased() {
    if (erased) {
      close();
    }
  }

  /** Forgets a cVM that has ended. */
  synchronized void forget(Participant participant) {
    takeBack(handle -> handle.participant() == participant);
    takeBack(participant);
    grants.keySet().removeIf(holder -> holder.participant() == participant);
  }

  /**
   * Replaces a mapping. Where the host cannot do that, there are no contents any more: they are
   * erased, and the buffer is closed.
   */
  private void hide(Runnable replacement) {
    try {
      replacement.run();
    } catch (OutOfMemoryError e) {
      memory.erase();
      erased = true;
    }
  }

  /**
   * Waits while a word has a value: whoever has it open, or owns it.
   *
   * @param offset of the word in bytes, a multiple of 4 within the buffer
   * @param nanoseconds at most, or {@link Participant#FOR_EVER}
   * @return false when the word has another value already
   * @throws IpcException when the time is up, or the wait ends because somebody does
   */
  public boolean await(Participant participant, long offset, int expected, long nanoseconds)
      throws IpcException {
    checkWord(offset);
    Outcome outcome =
        waiters.await(
            participant,
            () -> participant == owner || holders.contains(participant),
            offset,
            expected,
            nanoseconds);
    if (outcome == null) {
      return false;
    }
    return woken(outcome);
  }

  private boolean woken(Outcome outcome) throws IpcException {
    return switch (outcome) {
      case WOKEN -> true;
      case TIMED_OUT -> throw new IpcException(Kind.TIMED_OUT, "nobody woke it");
      case GONE -> throw new IpcException(Kind.GONE, "'" + name + "' is gone");
      case INTERRUPTED -> throw new IpcException(Kind.INTERRUPTED, "the wait is interrupted");
    };
  }

  /** As {@link FileHandle#await}. */
  boolean await(
      FileHandle handle, long offset, int expected, long deadline, BooleanSupplier interrupted)
      throws IpcException {
    checkWord(offset);
    Outcome outcome =
        waiters.awaitParked(
            handle.participant(),
            () -> !handle.isRevoked(),
            offset,
            expected,
            deadline,
            interrupted);
    return outcome != null && woken(outcome);
  }

  /** Wakes at most so many that wait for a word; how many. */
  public int wake(long offset, long most) throws IpcException {
    checkWord(offset);
    return waiters.wake(offset, most);
  }

  private void checkWord(long offset) throws IpcException {
    if (offset < 0 || offset > size - Integer.BYTES || offset % Integer.BYTES != 0) {
      throw new IpcException(Kind.INVALID, "no word of '" + name + "' is at " + offset);
    }
  }

  /** Takes it away from everybody, and gives name and memory back. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    onClose.run();
    waiters.close();
    grants.values().forEach(grant -> hide(grant::close));
    grants.clear();
    takeBack(_ -> true);
    views.forEach(view -> hide(view::revoke));
    views.clear();
    contents.revoke();
    memory.close();
  }
}
