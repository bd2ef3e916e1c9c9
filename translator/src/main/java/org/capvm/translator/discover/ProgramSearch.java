package org.capvm.translator.discover;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.capvm.translator.elf.AddressRange;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.FrameDescription;
import org.capvm.translator.elf.Relocation;
import org.capvm.translator.elf.Symbol;

/**
 * Finds the functions of one file. Frame descriptions are functions without further question. In
 * code without them, starts are collected in the order of how much they can be trusted; a function
 * extends to the next start, and is followed again when a new start cuts it.
 */
final class ProgramSearch {
  private static final long NO_LIMIT = -1;

  private final ElfImage image;
  private final ImageCode code;
  private final InstructionCache cache;
  private final FunctionBuilder builder;
  private final Coverage coverage;
  private final CodeShape shape;
  private final Pointers pointers;
  private final List<PltStub> stubs = new ArrayList<>();
  private final NavigableMap<Long, Start> starts = new TreeMap<>();

  /** Starts that end the function before them. */
  private final NavigableSet<Long> cuts = new TreeSet<>();

  /** Starts whose function must be followed, for the first time or again. */
  private final NavigableSet<Long> open = new TreeSet<>();

  private final Map<Long, FunctionBuilder.Result> built = new HashMap<>();
  private final Map<Long, NavigableSet<Long>> extraLabels = new HashMap<>();
  private final NavigableSet<Long> tailCallTargets = new TreeSet<>();
  private final NavigableSet<Long> branchTargets = new TreeSet<>();
  private final NavigableSet<Long> addressesTaken = new TreeSet<>();
  private final Set<Long> neverReturning = new HashSet<>();
  private final Set<Long> refused = new HashSet<>();

  /**
   * The start of a function.
   *
   * @param origin how it was found
   * @param limit end of its frame description; {@link #NO_LIMIT} for others
   */
  private record Start(Origin origin, long limit) {
    boolean exact() {
      return limit != NO_LIMIT;
    }
  }

  /** Whether a start of this origin ends the function before it. */
  private boolean cuts(Origin origin) {
    return switch (origin) {
      case UNWIND_TABLE, SYMBOL, ENTRY_POINT, INITIALISER, CALL -> true;
      case POINTER -> pointers.certain();
      // These may be labels in the middle of a function, which must not be torn apart.
      case TAIL_CALL, ADDRESS_TAKEN, GAP, ON_DEMAND -> false;
    };
  }

  /**
   * @param xcheri whether its code may have instructions of Xcheri
   */
  ProgramSearch(ElfImage image, boolean xcheri) {
    this.image = image;
    cache = new InstructionCache(xcheri);
    code = new ImageCode(image);
    builder = new FunctionBuilder(code, cache, this::isUnclaimed, neverReturning::contains);
    coverage = new Coverage(code.ranges());
    shape = new CodeShape(code, cache);
    pointers = Pointers.find(image, code);
  }

  Program run() {
    Optional<AddressRange> pltHeader = findStubs();
    addFrames();
    addKnownStarts();
    search();
    reopenAroundNeverReturning();
    search();
    return new Program(image, functions(), stubs, pltHeader, uncovered());
  }

  private void search() {
    do {
      buildOpen();
    } while (addJumpTargets()
        || addAddresses(addressesTaken, Origin.ADDRESS_TAKEN, true)
        || addAddresses(pointers.addresses(), Origin.POINTER, pointers.certain())
        || addGaps());
  }

  /**
   * Finds the functions that never return, and has those followed again where that matters: behind
   * a call that does not return, other code begins, and its registers would blur what is known.
   */
  private void reopenAroundNeverReturning() {
    ReturnAnalysis analysis = new ReturnAnalysis(built, stubs);
    neverReturning.addAll(analysis.neverReturning());
    built.forEach(
        (start, result) -> {
          boolean exact = starts.get(start).exact();
          if (result.hasComputedGoto() || !exact && callsNeverReturning(result)) {
            open.add(start);
          }
        });
  }

  private boolean callsNeverReturning(FunctionBuilder.Result result) {
    for (BasicBlock block : result.blocks()) {
      if (block.end() instanceof Terminator.Call call && neverReturning.contains(call.target())) {
        return true;
      }
    }
    return false;
  }

  private Optional<AddressRange> findStubs() {
    PltScanner scanner = new PltScanner(image);
    for (AddressRange range : code.ranges()) {
      stubs.addAll(scanner.stubs(range));
    }
    for (PltStub stub : stubs) {
      coverage.add(new AddressRange(stub.entry(), stub.entry() + PltScanner.STUB_SIZE));
    }
    Optional<AddressRange> header = scanner.header(stubs);
    header.filter(h -> code.rangeAt(h.start()) != null).ifPresent(coverage::add);
    return header;
  }

  private void addFrames() {
    for (FrameDescription frame : image.frames()) {
      long start = frame.start();
      AddressRange range = code.rangeAt(start);
      if ((start & 1) == 0 && range != null && !coverage.isCovered(start)) {
        starts.putIfAbsent(
            start, new Start(Origin.UNWIND_TABLE, Math.min(frame.end(), range.end())));
      }
    }
    open.addAll(starts.keySet());
    cuts.addAll(starts.keySet());
  }

  private void addKnownStarts() {
    for (Symbol symbol : image.dynamicSymbols()) {
      addSymbol(symbol);
    }
    for (Symbol symbol : image.symbols()) {
      addSymbol(symbol);
    }
    if (image.entry() != 0) {
      add(image.entry(), Origin.ENTRY_POINT);
    }
    image.initialisers().forEach(a -> add(a, Origin.INITIALISER));
    for (Relocation r : image.relocations()) {
      if (r.type() == Relocation.IRELATIVE) {
        add(r.addend(), Origin.POINTER);
      }
    }
  }

  private void addSymbol(Symbol symbol) {
    if (symbol.isCode()) {
      add(symbol.value(), Origin.SYMBOL);
    }
  }

  /** Whether an address is in code that no frame description and no stub claims. */
  private boolean isUnclaimed(long address) {
    if ((address & 1) != 0 || code.rangeAt(address) == null) {
      return false;
    }
    Map.Entry<Long, Start> floor = starts.floorEntry(address);
    return floor == null || !floor.getValue().exact() || address >= floor.getValue().limit();
  }

  private boolean isStubOrHeader(long address) {
    return coverage.isCovered(address) && !coverage.isInstruction(address);
  }

  /** Adds a start in code without frame descriptions; returns whether that changes anything. */
  private boolean add(long address, Origin origin) {
    if (!isUnclaimed(address) || isStubOrHeader(address)) {
      return false;
    }
    boolean isNew = starts.putIfAbsent(address, new Start(origin, NO_LIMIT)) == null;
    if (isNew) {
      open.add(address);
    }
    if (cuts(origin) && cuts.add(address)) {
      reopenAcross(address);
      return true;
    }
    return isNew;
  }

  /** Has functions followed again that start before an address and extend beyond it. */
  private void reopenAcross(long address) {
    for (Map.Entry<Long, Start> e : starts.headMap(address, false).descendingMap().entrySet()) {
      FunctionBuilder.Result cut = built.get(e.getKey());
      if (cut != null && !e.getValue().exact() && extent(cut) > address) {
        open.add(e.getKey());
      }
      if (cuts.contains(e.getKey())) {
        return;
      }
    }
  }

  private static long extent(FunctionBuilder.Result result) {
    return result.blocks().isEmpty() ? 0 : result.blocks().getLast().limit();
  }

  private long limit(long start) {
    long end = code.rangeAt(start).end();
    Start known = starts.get(start);
    if (known.exact()) {
      end = Math.min(end, known.limit());
    }
    Long next = cuts.higher(start);
    return next == null ? end : Math.min(end, next);
  }

  private void buildOpen() {
    boolean shrunk = false;
    while (!open.isEmpty()) {
      long start = open.pollFirst();
      FunctionBuilder.Result result = build(start);
      shrunk |= built.put(start, result) != null;
      coverage.add(result.blocks());
      addressesTaken.addAll(result.addressesTaken());
      for (BasicBlock block : result.blocks()) {
        collect(block.end());
      }
    }
    if (shrunk) {
      coverage.removeInstructions();
      built.values().forEach(result -> coverage.add(result.blocks()));
    }
  }

  private FunctionBuilder.Result build(long start) {
    long limit = limit(start);
    Start known = starts.get(start);
    NavigableSet<Long> labels =
        known.exact()
            ? pointers.addresses().subSet(start, false, limit, false)
            : extraLabels.getOrDefault(start, new TreeSet<>()).headSet(limit, false);
    return builder.build(new FunctionBuilder.Request(start, start, limit, known.exact(), labels));
  }

  private void collect(Terminator end) {
    switch (end) {
      case Terminator.Call(long target, long returnTo) -> add(target, Origin.CALL);
      case Terminator.TailCall(long target) -> tailCallTargets.add(target);
      case Terminator.Branch(long taken, long next) -> branchTargets.add(taken);
      case Terminator.JumpTable table -> branchTargets.addAll(table.targets());
      case Terminator.AlternateLink link -> link.target().ifPresent(tailCallTargets::add);
      default -> {}
    }
  }

  /**
   * Adds where control leaves functions. A tail call may go to code that another function reached
   * by a jump of its own; a branch that does so belongs to code torn apart, which is left alone.
   */
  private boolean addJumpTargets() {
    boolean added = false;
    for (long target : tailCallTargets) {
      if (!coverage.isCovered(target) || coverage.isInstruction(target)) {
        added |= add(target, Origin.TAIL_CALL);
      }
    }
    for (long target : branchTargets) {
      if (!coverage.isCovered(target)) {
        added |= add(target, Origin.TAIL_CALL);
      }
    }
    tailCallTargets.clear();
    branchTargets.clear();
    return added;
  }

  private boolean addAddresses(NavigableSet<Long> addresses, Origin origin, boolean certain) {
    boolean added = false;
    for (long address : addresses) {
      if (!coverage.isCovered(address)
          && isUnclaimed(address)
          && !refused.contains(address)
          && shape.startsCode(address)
          && (certain || shape.followsEnd(address) || shape.isPrologue(address))) {
        added |= addStartOrLabel(address, origin);
      }
    }
    return added;
  }

  /** Adds the first instruction of each hole; more come when those have been followed. */
  private boolean addGaps() {
    boolean added = false;
    for (AddressRange hole : coverage.holes()) {
      long at = shape.skipPadding(hole);
      if (at < hole.end() && isUnclaimed(at) && refused.add(at) && shape.startsCode(at)) {
        added |= addStartOrLabel(at, Origin.GAP);
      }
    }
    return added;
  }

  /**
   * Behind an unresolved computed goto of the function before it, an address is one of its labels
   * unless it looks like a function.
   */
  private boolean addStartOrLabel(long address, Origin origin) {
    Long function = shape.isPrologue(address) ? null : computedGotoBefore(address);
    if (function == null) {
      return add(address, origin);
    }
    boolean added = extraLabels.computeIfAbsent(function, k -> new TreeSet<>()).add(address);
    if (added) {
      open.add(function);
    }
    return added;
  }

  /**
   * The nearest function with an unresolved computed goto whose range holds an address; or null.
   */
  private Long computedGotoBefore(long address) {
    for (long start : starts.headMap(address, false).descendingKeySet()) {
      FunctionBuilder.Result result = built.get(start);
      if (result != null && result.hasComputedGoto() && address < limit(start)) {
        return start;
      }
      if (cuts.contains(start)) {
        return null;
      }
    }
    return null;
  }

  private List<FunctionCode> functions() {
    Map<Long, String> names = names();
    List<FunctionCode> functions = new ArrayList<>();
    starts.forEach(
        (start, known) -> {
          List<BasicBlock> blocks = built.get(start).blocks();
          if (!blocks.isEmpty()) {
            Optional<String> name = Optional.ofNullable(names.get(start));
            functions.add(new FunctionCode(start, limit(start), name, known.origin(), blocks));
          }
        });
    return functions;
  }

  private Map<Long, String> names() {
    Map<Long, String> names = new HashMap<>();
    for (List<Symbol> table : List.of(image.symbols(), image.dynamicSymbols())) {
      for (Symbol symbol : table) {
        if (symbol.isCode() && !symbol.name().isEmpty()) {
          names.putIfAbsent(symbol.value(), symbol.name());
        }
      }
    }
    return names;
  }

  /** The holes that are more than padding. */
  private List<AddressRange> uncovered() {
    List<AddressRange> result = new ArrayList<>();
    for (AddressRange hole : coverage.holes()) {
      long at = shape.skipPadding(hole);
      if (at < hole.end()) {
        result.add(new AddressRange(at, hole.end()));
      }
    }
    return result;
  }
}
