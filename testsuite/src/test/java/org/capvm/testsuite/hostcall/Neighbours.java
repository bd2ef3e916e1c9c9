package org.capvm.testsuite.hostcall;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.InterpreterEngine;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.intravisor.ipc.AccessList;
import org.capvm.intravisor.ipc.CpFile;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.memory.Window;
import org.capvm.testsuite.hostcall.HostcallExecutor.Form;
import org.capvm.testsuite.hostcall.HostcallExecutor.Job;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.TranslationCache;

/**
 * A victim that waits in a hostcall, with a secret all over its memory, in a buffer of its own and
 * in a stream, between mappings of ours; and attackers beside it.
 */
final class Neighbours implements AutoCloseable {
  /** What nobody else must ever have; no part of it is found in programs. */
  static final long SECRET = 0x5ec3e7f15ec3e7a5L;

  private static final int SECRET_SIZE = 1 << 20;
  private static final int OWN_SIZE = 4096;

  /** Where an attacker's word is in its buffer. */
  private static final int WORD = 8;

  /** Bytes of a mapping of ours: as large as a window, so that it lies where windows do. */
  private static final long GAP = HostcallExecutor.MEMORY;

  private final Path folder;
  private final Engine engine;
  private final IpcNamespace names = new IpcNamespace();
  private final Arena arena = Arena.ofShared();
  private final List<MemorySegment> gaps = new ArrayList<>();
  private final List<HostcallExecutor> attackers = new ArrayList<>();
  private final Map<Form, Path> programs = new EnumMap<>(Form.class);
  private final HostcallExecutor victim;
  private final CpFile secret;
  private final Capability victimsView;
  private byte[] memory;
  private List<Long> tags;

  /** Starts the victim. */
  Neighbours(Path folder, Engine engine) throws Exception {
    this.folder = folder;
    this.engine = engine;
    addGap();
    victim =
        new HostcallExecutor(Form.PURE.build(folder.resolve("victim")), engine, names, "victim");
    addGap();
    Participant participant = victim.participant();
    byte[] contents = secretOf(SECRET_SIZE);
    secret =
        names.publish(
            "secret",
            participant,
            new AccessList(Set.of(), Set.of()),
            SECRET_SIZE,
            MemorySegment.ofArray(contents));
    // Behind another one, where no attacker has a view.
    names
        .publish("large", participant, new AccessList(Set.of(), Set.of()), SECRET_SIZE)
        .open(participant, true);
    victimsView = secret.open(participant, true).capability();
    victim.put(HostcallExecutor.ARENA, secretOf(SECRET_SIZE));
    victim.window().tags().store(HostcallExecutor.ARENA, victimsView);
    victim.put(HostcallExecutor.MEMORY - 4096, "victims-stream\0");
    // Handles 1 to 3 of its own; then it waits for ever.
    Capability name = victimsName();
    List<Job> jobs =
        List.of(
            new Job("listen", 430, List.of(name, Capability.integer(0))),
            new Job("connect", 432, List.of(name)),
            new Job("accept", 431, 1, 1),
            new Job("sem_alloc", 3, 0),
            new Job("sem_down", 6, 1));
    victim.begin(jobs);
    victim.awaitCalls(jobs.size());
  }

  private Capability victimsName() {
    return Capability.ROOT.withAddress(HostcallExecutor.MEMORY - 4096).withLength(64);
  }

  static List<Engine> engines(Path folder) {
    return List.of(
        new InterpreterEngine(null),
        new TranslatedEngine(
            new FileTranslations(
                new TranslationCache(folder.resolve("cache")), FileTranslations.Progress.NONE)));
  }

  private static byte[] secretOf(int size) {
    byte[] bytes = new byte[size];
    MemorySegment all = MemorySegment.ofArray(bytes);
    for (long at = 0; at < size; at += Long.BYTES) {
      all.set(ValueLayout.JAVA_LONG_UNALIGNED, at, SECRET);
    }
    return bytes;
  }

  private void addGap() {
    MemorySegment gap = arena.allocate(GAP, 4096);
    gap.copyFrom(MemorySegment.ofArray(secretOf(1 << 16)));
    gap.asSlice(GAP - (1 << 16)).copyFrom(MemorySegment.ofArray(secretOf(1 << 16)));
    gaps.add(gap);
  }

  IpcNamespace names() {
    return names;
  }

  HostcallExecutor victim() {
    return victim;
  }

  /** Starts an attacker that waits for its calls. */
  HostcallExecutor attacker(Form form) throws Exception {
    return attacker(form, "attacker");
  }

  /** As {@link #attacker(Form)}, for cVMs that know each other's names. */
  HostcallExecutor attacker(Form form, String name) throws Exception {
    HostcallExecutor attacker = passing(form, name);
    addGap();
    attackers.add(attacker);
    return attacker;
  }

  /** An attacker that the caller closes. */
  HostcallExecutor passing(Form form, String name) throws Exception {
    return new HostcallExecutor(program(form), engine, names, name);
  }

  private synchronized Path program(Form form) throws Exception {
    Path program = programs.get(form);
    if (program == null) {
      program = form.build(folder.resolve("attacker"));
      programs.put(form, program);
    }
    return program;
  }

  /** Where an attacker would like to get to. */
  BadPointers.Targets targets(HostcallExecutor attacker, Form form) throws IpcException {
    Window other = victim.window();
    List<Long> hosts = new ArrayList<>();
    hosts.add(other.hostDelta() + HostcallExecutor.ARENA);
    hosts.add(other.hostDelta() + other.size() - RightArguments.LENGTH);
    hosts.add(other.hostDelta() + victimsView.base());
    hosts.add(secret.view(false).segment().address());
    gaps.forEach(gap -> hosts.add(gap.address()));
    if (!form.isPure()) {
      return new BadPointers.Targets(hosts, Capability.NULL, Capability.NULL, victimsView);
    }
    Participant self = attacker.participant();
    Capability forReading =
        names
            .publish("for-reading", self, AccessList.OPEN, OWN_SIZE)
            .open(self, false)
            .capability();
    CpFile file = names.publish("taken", victim.participant(), AccessList.OPEN, OWN_SIZE);
    Capability revoked = file.open(self, true).capability();
    file.revoke("attacker");
    return new BadPointers.Targets(hosts, forReading, revoked, victimsView);
  }

  /** Makes buffers of the attacker's own; a capability to a word of one of them. */
  Capability ownWord(HostcallExecutor attacker, Form form) throws IpcException {
    Participant self = attacker.participant();
    CpFile own = names.publish(RightArguments.OWN, self, AccessList.OPEN, OWN_SIZE);
    names.publish(RightArguments.OWN_TOO, self, AccessList.OPEN, OWN_SIZE);
    if (!form.hasCapabilities()) {
      return Capability.NULL;
    }
    Capability all = own.open(self, true).capability();
    return all.withAddress(all.base() + WORD).withLength(Integer.BYTES);
  }

  /** Remembers how everything is now. */
  void rememberAll() {
    memory = GuestMemory.content(victim.window());
    tags = GuestMemory.tagged(victim.window());
  }

  /** That an attacker that has ended has changed nothing of others, and has nothing of them. */
  void assertUnharmed(HostcallExecutor attacker) throws Exception {
    assertVictimUnharmed();
    assertEquals(-1, GuestMemory.find(attacker.window(), SECRET), "the attacker has the secret");
  }

  /** That nothing of the victim and of ours has changed. */
  void assertVictimUnharmed() throws Exception {
    int changed = Arrays.mismatch(memory, GuestMemory.content(victim.window()));
    assertEquals(-1, changed, () -> "the victim's memory at 0x%x".formatted(changed + Window.LOW));
    assertEquals(tags, GuestMemory.tagged(victim.window()), "the victim's tags");
    assertArrayEquals(
        secretOf(SECRET_SIZE), secret.view(false).segment().toArray(ValueLayout.JAVA_BYTE));
    byte[] border = secretOf(1 << 16);
    for (MemorySegment gap : gaps) {
      assertArrayEquals(border, gap.asSlice(0, 1 << 16).toArray(ValueLayout.JAVA_BYTE));
      assertArrayEquals(border, gap.asSlice(GAP - (1 << 16)).toArray(ValueLayout.JAVA_BYTE));
    }
    assertEquals(Cvm.State.RUNNING, victim.cvm().state());
  }

  @Override
  public void close() throws IOException {
    for (HostcallExecutor attacker : attackers) {
      attacker.close();
    }
    victim.close();
    names.close();
    arena.close();
  }
}
