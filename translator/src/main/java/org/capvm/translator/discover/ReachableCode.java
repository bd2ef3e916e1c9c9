package org.capvm.translator.discover;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;

/**
 * The instructions that control reaches from one address by falling through, branching and jumping,
 * decoded in one mode of RV64GC with Xcheri.
 *
 * <p>It ends at calls, jumps through registers, breakpoints and what is no instruction, and where
 * it would become too large; control leaves it there. Nothing is assumed about functions:
 * capabilities, not conventions, bound where code may go.
 */
public final class ReachableCode {
  /** How far from the entry code belongs to it, in bytes. */
  private static final long REACH = 8192;

  /** A run of instructions that control enters at its start only. */
  public record Run(long start, long limit, List<Instruction> instructions) {
    public Run {
      instructions = List.copyOf(instructions);
    }
  }

  private final long entry;
  private final boolean capabilityMode;
  private final NavigableMap<Long, Run> runs = new TreeMap<>();

  /**
   * Explores.
   *
   * @param capabilityMode how compressed instructions expand
   * @param most how many instructions it may have
   */
  public ReachableCode(CodeBytes bytes, long entry, boolean capabilityMode, int most) {
    this.entry = entry;
    this.capabilityMode = capabilityMode;
    NavigableMap<Long, Instruction> decoded = new TreeMap<>();
    NavigableSet<Long> starts = new TreeSet<>();
    ArrayDeque<Long> work = new ArrayDeque<>(List.of(entry));
    starts.add(entry);
    while (!work.isEmpty()) {
      long at = work.poll();
      while (!decoded.containsKey(at) && decoded.size() < most && Math.abs(at - entry) <= REACH) {
        Instruction i = decode(bytes, at);
        if (i == null) {
          break;
        }
        decoded.put(at, i);
        if (target(i) != 0) {
          long target = at + i.immediate();
          starts.add(target);
          work.add(target);
        }
        if (ends(i)) {
          if (i.opcode().family() == Family.BRANCH) {
            starts.add(at + i.length());
            work.add(at + i.length());
          }
          break;
        }
        at += i.length();
      }
    }
    for (long start : starts) {
      if (decoded.containsKey(start)) {
        runs.put(start, run(decoded, starts, start));
      }
    }
  }

  private Instruction decode(CodeBytes bytes, long at) {
    int low = bytes.halfWord(at);
    if (low < 0) {
      return null;
    }
    int high = 0;
    if (Decoder.length(low) == 4) {
      high = bytes.halfWord(at + 2);
      if (high < 0) {
        return null;
      }
    }
    return Decoder.decodeXcheri(low | high << 16, capabilityMode);
  }

  /** The offset of a branch or a jump without link, or 0. */
  private static long target(Instruction i) {
    return switch (i.opcode()) {
      case BEQ, BNE, BLT, BGE, BLTU, BGEU -> i.immediate();
      case JAL -> i.rd() == 0 ? i.immediate() : 0;
      default -> 0;
    };
  }

  private static boolean ends(Instruction i) {
    return switch (i.opcode().family()) {
      case BRANCH, JUMP, CAPABILITY_JUMP, ILLEGAL -> true;
      case SYSTEM -> i.opcode() != Opcode.ECALL;
      default -> false;
    };
  }

  private static Run run(
      NavigableMap<Long, Instruction> decoded, NavigableSet<Long> starts, long start) {
    List<Instruction> instructions = new ArrayList<>();
    long at = start;
    while (true) {
      Instruction i = decoded.get(at);
      if (i == null) {
        break;
      }
      instructions.add(i);
      at += i.length();
      if (ends(i) || starts.contains(at)) {
        break;
      }
    }
    return new Run(start, at, instructions);
  }

  public long entry() {
    return entry;
  }

  public boolean isCapabilityMode() {
    return capabilityMode;
  }

  /** The runs in address order; those of one address are one. */
  public List<Run> runs() {
    return List.copyOf(runs.values());
  }

  /** Whether control that goes to an address stays. */
  public boolean contains(long address) {
    return runs.containsKey(address);
  }

  /** The instruction at the entry, if there is one. */
  public Optional<Instruction> first() {
    return Optional.ofNullable(runs.get(entry)).map(run -> run.instructions().getFirst());
  }

  /** The number of instructions. */
  public int size() {
    return runs.values().stream().mapToInt(run -> run.instructions().size()).sum();
  }

  /** The lowest address of an instruction. */
  public long start() {
    return runs.firstKey();
  }

  /** The address behind all instructions. */
  public long limit() {
    return runs.values().stream().mapToLong(Run::limit).max().orElseThrow();
  }
}
