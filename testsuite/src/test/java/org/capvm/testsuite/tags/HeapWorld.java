package org.capvm.testsuite.tags;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import jdk.internal.misc.Unsafe;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.interpreter.CapabilityCode;
import org.capvm.runtime.interpreter.CapabilityInterpreter;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.memory.AuthorisedMemory;
import org.capvm.runtime.memory.AuthorisedRange;
import org.capvm.runtime.memory.InRangeMemory;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.TagClearingMemory;
import org.capvm.runtime.memory.Window;

/** The world on the runtime that {@link SteppedClasses} loads. */
public final class HeapWorld implements World {
  private static final long GRANULES = 0x20000;
  private static final long CODE = 0x30000;
  private static final int SHOWN = 2;
  private static final int SIZE = Capability.SIZE;
  private static final Capability ALL = Capability.ROOT;

  private static final int LC = 0x0005_260f; // lc ca2, 0(a0) under DDC
  private static final int SC = 0x00b5_4023; // sc ca1, 0(a0)
  private static final int SD = 0x00b5_3023; // sd a1, 0(a0)
  private static final int SB = 0x00b5_0023; // sb a1, 0(a0)

  private static final Unsafe U = Unsafe.getUnsafe();

  private final Window window = new Window(1 << 20, true);
  private final List<Hart> harts = new ArrayList<>();
  private final long[] versions;
  private final Object[] pages;

  /** Host address of the mark of the page that the granules are in. */
  private final long mark;

  public HeapWorld() {
    window
        .pages()
        .set(
            Window.LOW,
            window.size() - Window.LOW,
            PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE);
    versions = (long[]) field(window.tags(), "versions");
    pages = (Object[]) field(window.tags(), "pages");
    mark = (long) field(window, "tagMarks") + (GRANULES + window.hostDelta() >>> 12);
    long at = CODE;
    for (int word : new int[] {LC, SC, SD, SB}) {
      Memory.storeInt(window, at, word);
      at += Integer.BYTES;
    }
  }

  private static Object field(Object owner, String name) {
    try {
      Field field = owner.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field.get(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void reset(String initial, int count) {
    Arrays.fill(versions, 0);
    Arrays.fill(pages, null);
    U.putByte(mark, (byte) 0);
    int n = 0;
    for (String name : initial.split(" ")) {
      window.tags().store(granuleAddress(n++), named(name));
    }
    Arrays.fill(versions, 0);
    harts.clear();
    for (int k = 0; k < count; k++) {
      Hart h = new Hart(window, null, new GuestFunction[0][], null);
      h.capabilities = new CapabilityRegisters(h, Dialect.XCHERI_V9, ALL.withAddress(CODE), ALL);
      harts.add(h);
    }
  }

  private static long granuleAddress(int n) {
    return GRANULES + n * (long) SIZE;
  }

  private static Capability named(String name) {
    return switch (name) {
      case "A" -> ALL.withAddress(0x1_2340).withLength(16);
      case "B" -> ALL.withAddress(0x4567_8000).withLength(0x12_0000);
      case "C" -> ALL.withAddress(0x7f00_0000_0000L).withLength(1L << 40);
      case "Z" -> ALL.withPermissions(0);
      default -> Capability.NULL;
    };
  }

  @Override
  public String execute(int hart, String operation) {
    Hart h = harts.get(hart);
    if (operation.startsWith("i:")) {
      return interpret(h, operation.substring(2));
    }
    if (operation.startsWith("m:")) {
      return storeByTheMark(operation.substring(2));
    }
    if (operation.startsWith("w:")) {
      return storeInRange(operation.substring(operation.indexOf(' ') + 1));
    }
    int space = operation.indexOf(' ');
    String operand = space < 0 ? "" : operation.substring(space + 1);
    switch (space < 0 ? operation : operation.substring(0, space)) {
      case "lc" -> {
        return AuthorisedMemory.loadCapability(ALL, GRANULES, window).toString();
      }
      case "sc" -> AuthorisedMemory.storeCapability(ALL, GRANULES, named(operand), window);
      case "swap" -> {
        return CapabilityCode.swap(ALL, GRANULES, named(operand), h).toString();
      }
      case "lr.c" -> {
        return CapabilityCode.loadReserved(ALL, GRANULES, h).toString();
      }
      case "sc.c" -> {
        return Long.toString(CapabilityCode.storeConditional(ALL, GRANULES, named(operand), h));
      }
      case "sd" -> AuthorisedMemory.storeLong(ALL, place(operand), value(operand), window);
      case "sb" -> AuthorisedMemory.storeByte(ALL, GRANULES, (byte) 0, window);
      case "lr.d" -> {
        return Long.toHexString(CapabilityCode.loadReserved(ALL, GRANULES, h, Opcode.LR_D));
      }
      case "sc.d" -> {
        return Long.toString(CapabilityCode.storeConditional(ALL, GRANULES, 0, h, Opcode.SC_D));
      }
      case "amoadd" -> {
        return Long.toHexString(CapabilityCode.atomic(ALL, GRANULES, 0, h, Opcode.AMOADD_D));
      }
      case "discard" -> window.discard(GRANULES & -Window.PAGE, Window.PAGE);
      case "write" -> {
        Capability c = named(operand);
        long[] words = {c.address(), c.metadataWord()};
        window.write(GRANULES, MemorySegment.ofArray(words));
      }
      default -> throw new IllegalArgumentException(operation);
    }
    return "";
  }

  private String storeByTheMark(String operation) {
    String operand = operation.substring(operation.indexOf(' ') + 1);
    if (operation.startsWith("sb")) {
      TagClearingMemory.storeByte(window, GRANULES, (byte) 0);
    } else {
      TagClearingMemory.storeLong(window, place(operand), value(operand));
    }
    return "";
  }

  private String storeInRange(String operand) {
    long host = AuthorisedRange.stores(ALL, place(operand), 1, Long.BYTES, 0, window);
    if (host == 0) {
      AuthorisedMemory.storeLong(ALL, place(operand), value(operand), window);
    } else {
      Steps.before();
      InRangeMemory.storeLong(host, 0, value(operand));
    }
    return "";
  }

  private static long place(String operand) {
    return switch (operand.split(" ")[0]) {
      case "high" -> GRANULES + 8;
      case "next" -> GRANULES + 12;
      case "second" -> GRANULES + SIZE;
      default -> GRANULES;
    };
  }

  private static long value(String operand) {
    String[] words = operand.split(" ");
    return switch (words[0]) {
      case "low" -> named(words[1]).address();
      case "high" -> named(words[1]).metadataWord();
      default -> 0;
    };
  }

  private String interpret(Hart h, String operation) {
    String[] words = operation.split(" ");
    String operand = operation.substring(words[0].length()).strip();
    int number = List.of("lc", "sc", "sd", "sb").indexOf(words[0]);
    h.pc = CODE + number * 4L;
    h.x10 = place(operand);
    if (words[0].equals("sc")) {
      h.capabilities.set(11, named(operand));
    } else {
      h.capabilities.setInteger(11, value(operand));
    }
    Trap trap = CapabilityInterpreter.step(h);
    if (trap != null) {
      throw new IllegalStateException(operation + ": " + trap);
    }
    return words[0].equals("lc") ? h.capabilities.get(12).toString() : "";
  }

  @Override
  public String shared() {
    StringBuilder text = new StringBuilder();
    text.append(U.getByte(mark)).append(' ');
    for (int n = 0; n < SHOWN; n++) {
      int stripe = (int) (granuleAddress(n) >>> 4 & 1023) * 8;
      Object[] records = (Object[]) pages[(int) (granuleAddress(n) >>> 12)];
      Object record = records == null ? null : records[(int) (granuleAddress(n) >>> 4 & 255)];
      text.append(versions[stripe]).append(' ').append(record).append(' ');
      text.append(words(n)).append('\n');
    }
    return text.toString();
  }

  private String words(int n) {
    return HexFormat.of().toHexDigits(Memory.loadLong(window, granuleAddress(n) + 8))
        + ":"
        + HexFormat.of().toHexDigits(Memory.loadLong(window, granuleAddress(n)));
  }

  @Override
  public String granule(int n) {
    return window.tags().load(granuleAddress(n)).toString();
  }

  @Override
  public String bits(String name) {
    return named(name).toString();
  }
}
