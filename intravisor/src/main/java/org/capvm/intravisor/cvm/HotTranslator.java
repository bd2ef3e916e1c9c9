package org.capvm.intravisor.cvm;

import elf4j.Logger;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.interpreter.HotCode;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.discover.CodeBytes;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.ResumeTranslator;
import org.capvm.translator.emit.TranslatedClass;

/**
 * Translates what the interpreter finds itself executing often: code that the guest made, functions
 * that were not discovered ahead of time, and the middle of functions whose frames were dropped.
 *
 * <p>One thread per window does it, in the background; what does not fit its queue stays
 * interpreted. A translation is published only if no code changed since its bytes were read.
 */
final class HotTranslator implements HotCode {
  private static final Logger LOG = Logger.instance();

  /** Arrivals at an address: about the cost of translating a small function, interpreted. */
  private static final int THRESHOLD = 1_000;

  /** Larger functions are left to the interpreter. */
  private static final int MOST_INSTRUCTIONS = 40_000;

  /** How much code around an address without known bounds belongs to its function, in bytes. */
  private static final long REACH = 1 << 16;

  /** A guest that makes code for ever must not fill the JVM's metaspace: then it is interpreted. */
  private static final int MOST_TRANSLATIONS = 20_000;

  private final Window window;
  private final HotCode observer;
  private final NavigableMap<Long, Long> bounds = new ConcurrentSkipListMap<>();
  private final AtomicInteger translations = new AtomicInteger();
  private final AtomicInteger generation = new AtomicInteger();
  private final ThreadPoolExecutor worker;
  private CodeMap map;

  /**
   * @param observer is told the same, or null
   */
  HotTranslator(Window window, HotCode observer) {
    this.window = window;
    this.observer = observer;
    this.worker =
        new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(256),
            task -> Thread.ofPlatform().daemon().name("hot code translator").unstarted(task),
            new ThreadPoolExecutor.DiscardPolicy());
  }

  void attach(CodeMap codeMap) {
    this.map = codeMap;
  }

  /** A function's range is known: {@code [entry, limit)}. */
  void addBounds(long entry, long limit) {
    bounds.put(entry, limit);
  }

  /** Code in a range changed or went away; translations under way are void. */
  void changed(long start, long end) {
    generation.incrementAndGet();
    if (start < end) {
      bounds.subMap(start, end).clear();
    }
  }

  @Override
  public int threshold() {
    return THRESHOLD;
  }

  @Override
  public void reached(Hart h, long address, Kind kind) {
    if (observer != null) {
      observer.reached(h, address, kind);
    }
    if (translations.incrementAndGet() <= MOST_TRANSLATIONS) {
      worker.execute(() -> translate(address, kind));
    }
  }

  private void translate(long address, Kind kind) {
    int started = generation.get();
    try {
      long low = Math.max(Window.LOW, address - REACH);
      long high = address + REACH;
      var known = bounds.floorEntry(address);
      if (known != null && address < known.getValue()) {
        low = known.getKey();
        high = known.getValue();
      }
      Optional<FunctionCode> found = Discovery.at(new GuestCode(), address, low, high);
      if (found.isEmpty() || found.get().instructionCount() > MOST_INSTRUCTIONS) {
        return;
      }
      String name =
          "%s.hot.%s_%x_%d".formatted(TranslatedCode.PACKAGE, kind, address, translations.get());
      TranslatedClass made =
          kind == Kind.FUNCTION
              ? new FileTranslator(List.of(found.get()), List.of(), 0, name).translate(0)
              : ResumeTranslator.translate(found.get(), name);
      TranslatedCode code = new TranslatedCode(n -> n.equals(made.name()) ? made.bytes() : null);
      publish(started, address, kind, made, code);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("code at 0x{} stays interpreted: {}", Long.toHexString(address), e.toString());
    }
  }

  private synchronized void publish(
      int started, long address, Kind kind, TranslatedClass made, TranslatedCode code) {
    if (generation.get() != started) {
      return;
    }
    if (kind == Kind.FUNCTION) {
      map.put(address, code.function(map, address, made.name(), 0));
    } else {
      map.resumePoints().put(address, code.resumePoint(made.name()));
    }
    if (generation.get() != started) {
      map.invalidate(address, address + 2);
    }
  }

  /** Instructions in guest memory, where they may be executed. */
  private final class GuestCode implements CodeBytes {
    @Override
    public int halfWord(long address) {
      return (window.pages().permissions(address) & PageTable.EXECUTE) == 0
          ? -1
          : Memory.loadShort(window, address) & 0xffff;
    }

    @Override
    public OptionalInt constantWord(long address) {
      int bits = window.pages().permissions(address) & (PageTable.READ | PageTable.WRITE);
      return bits == PageTable.READ && (address & 3) == 0
          ? OptionalInt.of(Memory.loadInt(window, address))
          : OptionalInt.empty();
    }
  }
}
