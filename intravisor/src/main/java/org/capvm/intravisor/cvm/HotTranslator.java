package org.capvm.intravisor.cvm;

import elf4j.Logger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.capvm.intravisor.event.TranslationEvent;
import org.capvm.intravisor.kernel.host.time.Clocks;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.interpreter.HotCode;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.CodeBytes;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.PltStub;
import org.capvm.translator.discover.Program;
import org.capvm.translator.elf.AddressRange;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.ResumeTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.capvm.translator.emit.Variant;

/**
 * Translates what the interpreter finds itself executing often: code that the guest made, functions
 * that were not discovered ahead of time, and the middle of functions whose frames were dropped.
 *
 * <p>One thread per window does it, in the background; what does not fit its queue stays
 * interpreted. A translation is published only if no code changed since its bytes were read.
 *
 * <p>Code of a mapped ELF file is taken as it was discovered there: the file's relocations, data
 * and unwind tables tell where computed gotos and jump tables lead, guest memory alone does not.
 */
final class HotTranslator implements HotCode {
  private static final Logger LOG = Logger.instance();

  /** Arrivals at an address: about the cost of translating a small function, interpreted. */
  private static final int THRESHOLD = 1_000;

  /** Larger functions are left to the interpreter. */
  private static final int MOST_INSTRUCTIONS = 40_000;

  /** How much code around an address without known bounds belongs to its function, in bytes. */
  private static final long REACH = 1 << 16;

  /** How often a translation is made again because some code changed. */
  private static final int MOST_ATTEMPTS = 5;

  /** A guest that makes code for ever must not fill the JVM's metaspace: then it is interpreted. */
  private static final int MOST_TRANSLATIONS = 20_000;

  private final Window window;
  private final HotCode observer;
  private final TranslationBudget budget;
  private final Runnable loseNothing;
  private final NavigableMap<Long, Long> bounds = new ConcurrentSkipListMap<>();
  private final NavigableMap<Long, Long> exactCalls = new ConcurrentSkipListMap<>();
  private final NavigableMap<Long, MappedCode> files = new ConcurrentSkipListMap<>();
  private final AtomicInteger translations = new AtomicInteger();
  private final AtomicInteger generation = new AtomicInteger();
  private final ThreadPoolExecutor worker;
  private final Queue<Extent> extents = new ConcurrentLinkedQueue<>();
  private volatile Variant variant;
  private CodeMap map;

  /**
   * @param variant what to translate to
   * @param observer is told the same, or null
   * @param loseNothing changes to the precise variant
   */
  HotTranslator(
      Window window,
      Variant variant,
      HotCode observer,
      TranslationBudget budget,
      Runnable loseNothing) {
    this.window = window;
    this.variant = variant;
    this.budget = budget;
    this.observer = observer;
    this.loseNothing = loseNothing;
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

  /** Calls of a file's code are exact, see {@code FileTranslator.exactCalls}. */
  void addExactCalls(Map<Long, Long> calls) {
    exactCalls.putAll(calls);
  }

  /** A file's code was mapped where nothing else is. */
  synchronized void addFile(MappedCode code) {
    files.put(code.start(), code);
  }

  /** The mapped file that an address lies in. */
  Optional<MappedCode> mappedAt(long address) {
    return Optional.ofNullable(files.floorEntry(address))
        .map(Map.Entry::getValue)
        .filter(code -> address < code.end());
  }

  /** Code in a range changed or went away; translations under way are void. */
  synchronized void changed(long start, long end) {
    generation.incrementAndGet();
    if (start < end) {
      bounds.subMap(start, end).clear();
      exactCalls.subMap(start, end).clear();
      removeFiles(start, end);
      withdraw(start, end);
    }
  }

  /** Withdraws what was translated of code in a range, wherever it is entered. */
  private void withdraw(long start, long end) {
    extents.removeIf(
        extent -> {
          boolean changed = extent.start < end && start < extent.end;
          if (changed) {
            extent.entries.forEach(entry -> map.invalidate(entry, entry + 2));
          }
          return changed;
        });
  }

  /** Code may have changed anywhere: withdraws everything that was translated on demand. */
  synchronized void withdrawAll() {
    generation.incrementAndGet();
    withdraw(Window.LOW, window.size());
  }

  /** What to translate to from now on; translations under way are void. */
  synchronized void setVariant(Variant wanted) {
    variant = wanted;
    generation.incrementAndGet();
    extents.clear();
  }

  /** Leaves of the mapped files what lies outside a range. */
  private void removeFiles(long start, long end) {
    Long first = files.floorKey(start);
    for (MappedCode code : List.copyOf(files.tailMap(first == null ? start : first).values())) {
      if (code.start() >= end) {
        return;
      }
      files.remove(code.start());
      for (MappedCode left : List.of(code.part(0, start), code.part(end, Long.MAX_VALUE))) {
        if (!left.isEmpty()) {
          files.put(left.start(), left);
        }
      }
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
    if (budget.isLeft() && translations.incrementAndGet() <= MOST_TRANSLATIONS) {
      worker.execute(() -> translate(address, kind));
    }
  }

  @Override
  public boolean exactCallsAreHot() {
    loseNothing.run();
    return true;
  }

  private void translate(long address, Kind kind) {
    if (!budget.isLeft()) {
      return; // Others that waited before this one have spent it.
    }
    long start = Clocks.currentThreadTime();
    try {
      boolean done = false;
      for (int attempt = 0; !done && attempt < MOST_ATTEMPTS; attempt++) {
        mappedAt(address).ifPresent(code -> code.file().program()); // Takes time only once.
        int started = generation.get();
        Translation made = isKnown(address, kind) ? null : recorded(address, kind);
        done = made == null || publish(started, address, kind, made);
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("code at 0x{} stays interpreted: {}", Long.toHexString(address), e.toString());
    } finally {
      budget.spend(0, Clocks.currentThreadTime() - start);
    }
  }

  /** Whether the class of another place came to have an entry here in the meantime. */
  private boolean isKnown(long address, Kind kind) {
    return kind == Kind.LOOP && map.resumePoints().at(address) != null;
  }

  /** Guest code that was translated on demand, and where its translation is entered. */
  private record Extent(long start, long end, List<Long> entries) {}

  /** A class, where its entries are, and what it was made of. */
  private record Translation(TranslatedClass made, TranslatedCode code, Extent extent) {}

  private Translation recorded(long address, Kind kind) {
    TranslationEvent event = TranslationEvent.ifRecorded();
    Translation made = make(address, kind);
    if (event != null && made != null) {
      event.end(address, made.made().entries().size());
    }
    return made;
  }

  /** Returns null for what is to stay interpreted. */
  private Translation make(long address, Kind kind) {
    Optional<MappedCode> mapped = mappedAt(address);
    Optional<Program> program = mapped.flatMap(code -> code.file().program());
    long bias = 0;
    List<PltStub> stubs = List.of();
    Optional<FunctionCode> found = program.flatMap(p -> mapped.get().enteredAt(p, address));
    if (found.isPresent()) {
      bias = mapped.get().bias();
      stubs = program.get().stubs();
    } else {
      AddressRange range =
          program
              .flatMap(p -> mapped.get().frameAround(p, address))
              .orElseGet(() -> rangeAround(address));
      found = Discovery.at(new GuestCode(), address, range.start(), range.end());
    }
    if (found.isEmpty() || found.get().instructionCount() > MOST_INSTRUCTIONS) {
      return null;
    }
    String name =
        "%s.hot.%s_%x_%d".formatted(TranslatedCode.PACKAGE, kind, address, translations.get());
    TranslatedClass made =
        kind == Kind.FUNCTION
            ? FileTranslator.ofFunction(found.get(), stubs, bias, variant, name).translate(0)
            : ResumeTranslator.translate(
                found.get(), stubs, exactCalls(found.get(), bias), bias, variant, name);
    budget.spend(made.bytes().length, 0);
    List<BasicBlock> blocks = found.get().blocks();
    Extent extent =
        new Extent(
            blocks.getFirst().start() + bias, blocks.getLast().limit() + bias, made.entries());
    return new Translation(
        made, new TranslatedCode(n -> n.equals(made.name()) ? made.bytes() : null), extent);
  }

  /** What is known of the exact calls of a function of a file, at link-time addresses. */
  private Map<Long, Long> exactCalls(FunctionCode function, long bias) {
    List<BasicBlock> blocks = function.blocks();
    Map<Long, Long> calls = new HashMap<>();
    exactCalls
        .subMap(blocks.getFirst().start() + bias, true, blocks.getLast().limit() + bias, true)
        .forEach((address, read) -> calls.put(address - bias, read));
    return calls;
  }

  private AddressRange rangeAround(long address) {
    var known = bounds.floorEntry(address);
    return known != null && address < known.getValue()
        ? new AddressRange(known.getKey(), known.getValue())
        : new AddressRange(Math.max(Window.LOW, address - REACH), address + REACH);
  }

  /** Returns whether the translation is of the code as it still is. */
  private synchronized boolean publish(
      int started, long address, Kind kind, Translation translation) {
    if (generation.get() != started) {
      return false;
    }
    extents.add(translation.extent());
    TranslatedClass made = translation.made();
    if (kind == Kind.FUNCTION) {
      map.put(address, translation.code().function(map, address, made.name(), 0));
    } else {
      for (int number = 0; number < made.entries().size(); number++) {
        long entry = made.entries().get(number);
        if (entry == address || !isKnown(entry, kind)) {
          map.resumePoints().put(entry, translation.code().resumePoint(made.name(), number));
        }
      }
    }
    if (generation.get() != started) {
      if (kind == Kind.FUNCTION) {
        map.invalidate(address, address + 2);
      } else {
        made.entries().forEach(entry -> map.invalidate(entry, entry + 2));
      }
      return false;
    }
    return true;
  }

  /** Instructions in guest memory, where they may be executed. */
  private final class GuestCode implements CodeBytes {
    @Override
    public int halfWord(long address) {
      return (window.pages().permissions(address) & PageTable.EXECUTE) == 0
          ? -1
          : Memory.loadUnsignedShort(window, address);
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
