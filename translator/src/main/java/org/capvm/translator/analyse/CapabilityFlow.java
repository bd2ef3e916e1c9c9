package org.capvm.translator.analyse;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.translator.discover.ReachableCode;

/** The control flow of code with capabilities; its blocks are the code's runs, by their index. */
final class CapabilityFlow implements ControlFlow {
  private final ReachableCode code;
  private final List<ReachableCode.Run> runs;
  private final int[][] successors;

  CapabilityFlow(ReachableCode code) {
    this.code = code;
    this.runs = code.runs();
    this.successors = runs.stream().map(this::findSuccessors).toArray(int[][]::new);
  }

  private int[] findSuccessors(ReachableCode.Run run) {
    Instruction last = run.instructions().getLast();
    long address = run.limit() - last.length();
    return switch (last.opcode().family()) {
      case BRANCH -> local(address + last.immediate(), run.limit());
      case JUMP ->
          last.opcode() == Opcode.JAL && last.rd() == 0
              ? local(address + last.immediate())
              : local();
      case SYSTEM -> last.opcode() == Opcode.ECALL ? local(run.limit()) : local();
      case CAPABILITY_JUMP, ILLEGAL -> local();
      default -> local(run.limit());
    };
  }

  private int[] local(long... addresses) {
    return LongStream.of(addresses).distinct().mapToInt(this::at).filter(b -> b >= 0).toArray();
  }

  private int at(long address) {
    return IntStream.range(0, runs.size())
        .filter(b -> runs.get(b).start() == address)
        .findFirst()
        .orElse(-1);
  }

  ReachableCode.Run run(int b) {
    return runs.get(b);
  }

  boolean isCapabilityMode() {
    return code.isCapabilityMode();
  }

  @Override
  public int size() {
    return runs.size();
  }

  @Override
  public int entry() {
    return at(code.entry());
  }

  @Override
  public int[] successors(int b) {
    return successors[b];
  }
}
