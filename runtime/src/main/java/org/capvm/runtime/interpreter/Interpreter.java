package org.capvm.runtime.interpreter;

import java.util.Collection;
import org.capvm.runtime.hart.ExactCall;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.GuestStack;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.memory.Window;

/**
 * The interpreter: exact, always available, and the definition that translated code is held to.
 *
 * <p>It runs code that was not translated, code between an {@link Unwind} and the next translated
 * function, and everything under {@code --engine interpreter}. One interpreter serves all harts of
 * a cVM; it is what {@code Hart.fallback} is. It respects page permissions, counts instructions
 * exactly, sees interrupts at every jump and backward branch, and turns the faults of the
 * instructions it executes into traps with {@code pc} at the instruction and no register written.
 */
public final class Interpreter extends GuestFunction {
  /**
   * How many {@link #call} frames a JVM stack may hold. Translated functions bound their own frames
   * by the guest's stack pointer, but interpreted code can call without moving it.
   */
  private static final int NESTING_LIMIT = 500;

  /** After how many arrivals a loop looks for a resume point where nobody listens. */
  private static final int UNWATCHED_THRESHOLD = 1000;

  /**
   * How many instructions of exact calls are interpreted before the cVM changes to translations
   * that lose nothing: a second's work, about what it costs to translate Lua or redis again.
   */
  private static final long MOST_EXACT_INSTRUCTIONS = 50_000_000;

  private final DecodedCode code;
  private final ResumePoints resumePoints;
  private final HotCode hot;

  private final ExactCallSites sites = new ExactCallSites();

  /** Instructions executed in exact calls; harts count without care. */
  private long exactInstructions;

  /**
   * @param resumePoints where {@link #run} may enter translated code besides functions' entries
   * @param hot who wants to know of code that runs often, or null
   */
  public Interpreter(Window window, ResumePoints resumePoints, HotCode hot) {
    this.code = new DecodedCode(window, hot == null ? UNWATCHED_THRESHOLD : hot.threshold());
    this.resumePoints = resumePoints;
    this.hot = hot;
  }

  /** The interpreter of a hart's cVM. */
  public static Interpreter of(Hart h) {
    return (Interpreter) h.fallback;
  }

  /**
   * Executes from {@code h.pc} until the hart leaves the interpreter: a call or jump (not falling
   * through) reached the entry of a translated function, an interrupt was requested, a trap was
   * delivered, or the translated code at a resume point has run. {@code h.pc} is where execution
   * goes on. Called from an empty JVM stack.
   */
  public void run(Hart h) {
    GuestFunction resumed = resumePoints.at(h.pc);
    if (resumed != null) {
      resumed.call(h);
      return;
    }
    interpret(h);
  }

  /**
   * As {@link #run}, and the instruction at {@code h.pc} is executed here even if translated code
   * could be entered there: it left at that instruction.
   */
  public void interpret(Hart h) {
    new Execution(h, this, Execution.NO_RETURN, Execution.NO_STACK).run();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Interprets, and calls translated functions where there are. A fault in one of those passes
   * through untouched: its stack trace holds the pc. A caller whose callee-saved registers were
   * changed has old values in its locals: it is not returned to, and its frames are dropped.
   */
  @Override
  public void call(Hart h) {
    long returnAddress = h.x1;
    long stackPointer = h.x2;
    if (h.interpreterFrames >= NESTING_LIMIT || !GuestStack.mayEnter(h, stackPointer)) {
      throw Unwind.INSTANCE;
    }
    h.interpreterFrames++;
    try {
      GuestFunction function = Hart.function(h, h.pc);
      if (function != this) {
        function.call(h);
        finishTailCalls(h);
        return;
      }
      CalleeSaved given = new CalleeSaved(h);
      Execution execution = new Execution(h, this, returnAddress, stackPointer);
      Execution.Exit exit = execution.runCalled();
      while (exit == Execution.Exit.TRANSLATED) {
        Hart.function(h, h.pc).call(h);
        finishTailCalls(h);
        exit =
            h.pc == returnAddress && h.x2 == stackPointer
                ? Execution.Exit.RETURNED
                : execution.run();
      }
      if (exit == Execution.Exit.LEFT || given.changed(h)) {
        throw Unwind.INSTANCE;
      }
    } finally {
      h.interpreterFrames--;
    }
  }

  /**
   * Some calls are exact whoever makes them: translated code, which says so itself, or this
   * interpreter.
   *
   * @param addresses of the instructions behind them
   */
  public void addExactCalls(Collection<Long> addresses) {
    sites.add(addresses);
  }

  /** Whether a call that returns to an address is exact. */
  public boolean isExactCall(long returnTo) {
    return sites.contains(returnTo);
  }

  /**
   * As {@link #call}, and interprets everything until the function returns: behind it every
   * register holds what the function left there. The call outlives the frames on the JVM stack, see
   * {@link #goOnExactly}.
   */
  public void callExactly(Hart h) {
    h.exactCall = new ExactCall(h.x1, h.x2);
    if (!GuestStack.mayEnter(h, h.x2)) {
      throw Unwind.INSTANCE;
    }
    CalleeSaved given = new CalleeSaved(h);
    if (!goOnExactly(h) || given.changed(h)) {
      throw Unwind.INSTANCE;
    }
  }

  /**
   * Goes on at {@code h.pc} with the call in {@code h.exactCall}. That is null afterwards if it has
   * ended, because the function returned or the frame that it would return to is gone.
   *
   * @return whether the function returned
   */
  public boolean goOnExactly(Hart h) {
    Execution execution = new Execution(h, this, h.exactCall);
    long start = h.instructionsRetired;
    try {
      return execution.run() == Execution.Exit.RETURNED;
    } finally {
      exactInstructions += h.instructionsRetired - start;
    }
  }

  /**
   * Whether so much was executed in exact calls that other translations should be used, which lose
   * nothing; true each time after as much as that.
   *
   * @param more instructions of the call under way
   */
  boolean exactCallsAreHot(long more) {
    if (exactInstructions + more < MOST_EXACT_INSTRUCTIONS) {
      return false;
    }
    exactInstructions = -more;
    return true;
  }

  /**
   * Asks for those translations.
   *
   * @return whether they are used from now on
   */
  boolean loseNothing(Hart h) {
    if (hot == null) {
      return false;
    }
    h.leaveGuestCode();
    boolean lossless = hot.exactCallsAreHot();
    h.enterGuestCode();
    return lossless;
  }

  /**
   * Forgets the instructions and exact calls in {@code [start, end)} for all harts, which see it at
   * their next instruction. To be called after the memory was changed and before the change is
   * announced as done: on riscv_flush_icache, when pages are unmapped or mapped anew, and when they
   * lose the permission to execute.
   */
  public void invalidate(long start, long end) {
    code.invalidate(start, end);
    sites.remove(start, end);
  }

  DecodedCode code() {
    return code;
  }

  ResumePoints resumePoints() {
    return resumePoints;
  }

  /** Tells the listener, if there is one, that a block is hot; once for each kind. */
  void report(Hart h, Block block, HotCode.Kind kind) {
    if (hot != null && block.report(kind)) {
      hot.reached(h, block.address, kind);
    }
  }
}
