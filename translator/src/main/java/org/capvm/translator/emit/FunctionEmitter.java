package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;

import java.util.ArrayList;
import java.util.List;
import org.capvm.translator.analyse.FrameAccesses;
import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.NarrowTypes;
import org.capvm.translator.analyse.RegisterSet;
import org.capvm.translator.analyse.StridedLoop;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.CodeSizeEvaluator;

/** Generates the methods of one guest function: one, or a driver and the regions it goes to. */
final class FunctionEmitter {
  private static final int METHOD = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC;

  /** HotSpot's HugeMethodLimit: it never compiles a method of this size or larger. */
  static final int HUGE_METHOD = 8_000;

  /** Estimates are within 1.6 times the truth; above this a trial tells the size. */
  private static final int SURELY_SMALL = 4_500;

  /** How many times larger a method is where faults are precise, with one exit an access. */
  private static final double PRECISE_GROWTH = 2.5;

  /** Where region planning starts, and where it gives up. */
  private static final int LARGEST_REGION = 6_000;

  private static final int SMALLEST_REGION = 200;

  private final FileContext file;
  private final FunctionSummary function;
  private final ClassVisitor owner;
  private final FileContext.Method method;

  FunctionEmitter(FileContext file, FunctionSummary function, ClassVisitor owner) {
    this.file = file;
    this.function = function;
    this.owner = owner;
    this.method = file.method(function);
  }

  /** Emits the function and returns the number of its regions; 1 when it is one method. */
  int emit() {
    FunctionFacts facts = new FunctionFacts(file, function);
    double estimate = RegionPlan.estimate(function.graph()) * growth(file);
    if (estimate < LARGEST_REGION * 2) {
      WholeFunction whole = new WholeFunction(facts);
      if (estimate < SURELY_SMALL || sizeOf(whole) < HUGE_METHOD) {
        body(whole, method(method.name(), method.signature().descriptor()));
        return 1;
      }
    }
    RegionPlan plan = plan(facts);
    emitDriver(plan);
    emitRegions(facts, plan);
    return plan.size();
  }

  /** Cuts a function so that each region becomes a method that HotSpot compiles. */
  private static RegionPlan plan(FunctionFacts facts) {
    double expansion = growth(facts.file);
    while (true) {
      int target = (int) (LARGEST_REGION / expansion);
      RegionPlan plan = new RegionPlan(facts.function.graph(), target);
      double worst = worstExpansion(facts, plan);
      if (worst == 0 || target < SMALLEST_REGION) {
        return plan;
      }
      expansion = Math.max(worst, expansion * 1.2);
    }
  }

  private static double growth(FileContext file) {
    return file.isPrecise() ? PRECISE_GROWTH : 1;
  }

  /** How many times larger than estimated a region is that is too large; 0 when all fit. */
  private static double worstExpansion(FunctionFacts facts, RegionPlan plan) {
    double worst = 0;
    NarrowTypes types = plan.types(facts);
    for (int r = 0; r < plan.size(); r++) {
      if (plan.entries(r).length > 0) {
        int size = sizeOf(new Region(facts, plan, types, r));
        if (size >= HUGE_METHOD) {
          worst = Math.max(worst, (double) size / plan.estimate(r));
        }
      }
    }
    return worst;
  }

  private static int sizeOf(MethodBlocks blocks) {
    return sizeOf(blocks, List.of());
  }

  private static int sizeOf(MethodBlocks blocks, List<StridedLoop> versions) {
    CodeSizeEvaluator size = new CodeSizeEvaluator(null);
    new BodyEmitter(blocks, size, versions).emit();
    return size.getMaxSize();
  }

  /** With the function's own address, because functions may share code; faults read the last. */
  private String regionName(RegionPlan plan, int r) {
    long entry = function.graph().function().entry() + file.bias;
    long start = function.graph().block(plan.from(r)).start() + file.bias;
    return "p_" + Long.toHexString(entry) + "_" + Long.toHexString(start);
  }

  private void emitRegions(FunctionFacts facts, RegionPlan plan) {
    NarrowTypes types = plan.types(facts);
    for (int r = 0; r < plan.size(); r++) {
      if (plan.entries(r).length > 0) {
        body(new Region(facts, plan, types, r), method(regionName(plan, r), Region.DESCRIPTOR));
      }
    }
  }

  private MethodVisitor method(String name, String descriptor) {
    MethodVisitor mv = owner.visitMethod(METHOD, name, descriptor, null, null);
    mv.visitCode();
    return mv;
  }

  /** Emits a method; its loops get their second versions if it stays small enough with them. */
  private void body(MethodBlocks blocks, MethodVisitor mv) {
    List<StridedLoop> versions = blocks.stridedLoops();
    if (!versions.isEmpty() && sizeOf(blocks, versions) >= HUGE_METHOD) {
      versions = List.of();
    }
    new BodyEmitter(blocks, mv, versions).emit();
    mv.visitMaxs(0, 0);
    mv.visitEnd();
  }

  /** The method with the narrow signature: registers go to the hart, then from region to region. */
  private void emitDriver(RegionPlan plan) {
    Signature signature = method.signature();
    MethodVisitor mv = method(method.name(), signature.descriptor());
    RegisterLocals registers = new RegisterLocals(mv);
    int returnSp =
        signature.returnSp() ? registers.reserve(Opcodes.LONG) : RegisterLocals.STACK_POINTER;
    for (long set = signature.parameters(); set != 0; set &= set - 1) {
      registers.parameter(Long.numberOfTrailingZeros(set));
    }
    int entry = registers.reserve(Opcodes.INTEGER);
    registers.store(signature.parameters() | bit(RegisterSet.SP));
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    mv.visitVarInsn(Opcodes.LLOAD, RegisterLocals.RETURN_TO);
    mv.visitFieldInsn(Opcodes.PUTFIELD, Names.HART, Names.field(RegisterSet.RA), "J");
    PollEmitter.emitEntryPoll(
        mv,
        function.graph().function().entry() + file.bias,
        !new FrameAccesses(function.graph(), file.program).descends());
    Constants.push(mv, plan.entryNumber(function.graph().entry()));
    mv.visitVarInsn(Opcodes.ISTORE, entry);
    emitLoop(plan, mv, registers, entry, returnSp);
    emitResult(mv, signature);
    mv.visitMaxs(0, 0);
    mv.visitEnd();
  }

  /**
   * Emits the regions of the function, and into another method the loop that enters them.
   *
   * @param entry the local that holds the number of the first entry
   * @return guest addresses of the entries, in the order of their numbers
   */
  List<Long> emitEntered(MethodVisitor mv, RegisterLocals registers, int entry, int returnSp) {
    FunctionFacts facts = new FunctionFacts(file, function);
    RegionPlan plan = plan(facts);
    emitLoop(plan, mv, registers, entry, returnSp);
    emitRegions(facts, plan);
    List<Long> entries = new ArrayList<>();
    for (int r = 0; r < plan.size(); r++) {
      for (int b : plan.entries(r)) {
        entries.add(function.graph().block(b).start() + file.bias);
      }
    }
    return entries;
  }

  private void emitLoop(
      RegionPlan plan, MethodVisitor mv, RegisterLocals registers, int entry, int returnSp) {
    String[] names = new String[plan.size()];
    for (int r = 0; r < names.length; r++) {
      names[r] = regionName(plan, r);
    }
    new DriverEmitter(mv, plan, method.owner(), names).emitLoop(registers, entry, returnSp);
  }

  private static void emitResult(MethodVisitor mv, Signature signature) {
    if (signature.result() == 0) {
      mv.visitInsn(Opcodes.RETURN);
      return;
    }
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    mv.visitFieldInsn(Opcodes.GETFIELD, Names.HART, Names.field(signature.result()), "J");
    if (signature.result() < 32) {
      mv.visitInsn(Opcodes.LRETURN);
    } else {
      mv.visitMethodInsn(
          Opcodes.INVOKESTATIC, "java/lang/Double", "longBitsToDouble", "(J)D", false);
      mv.visitInsn(Opcodes.DRETURN);
    }
  }
}
