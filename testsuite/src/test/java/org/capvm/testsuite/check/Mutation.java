package org.capvm.testsuite.check;

import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** A way to make a generated class wrong; each has to be rejected wherever it can be applied. */
interface Mutation {
  /** Whether it changed the class: it needs something to change. */
  boolean apply(ClassNode node, Random random);

  /** Changes one of the instructions that can be changed. */
  interface OfInstruction extends Mutation {
    boolean isCandidate(MethodNode method, AbstractInsnNode instruction);

    void change(MethodNode method, AbstractInsnNode instruction, Random random);

    @Override
    default boolean apply(ClassNode node, Random random) {
      List<Place> places =
          node.methods.stream()
              .flatMap(
                  m ->
                      Stream.of(m.instructions.toArray())
                          .filter(i -> isCandidate(m, i))
                          .map(i -> new Place(m, i)))
              .toList();
      if (places.isEmpty()) {
        return false;
      }
      Place place = places.get(random.nextInt(places.size()));
      change(place.method, place.instruction, random);
      return true;
    }
  }

  /** An instruction of a method. */
  record Place(MethodNode method, AbstractInsnNode instruction) {}

  /** What is done to an instruction. */
  interface Change {
    void change(MethodNode method, AbstractInsnNode instruction, Random random);
  }

  /** Changes an instruction. */
  static Mutation ofInstruction(
      BiPredicate<MethodNode, AbstractInsnNode> candidate, Change change) {
    return new OfInstruction() {
      @Override
      public boolean isCandidate(MethodNode method, AbstractInsnNode i) {
        return candidate.test(method, i);
      }

      @Override
      public void change(MethodNode method, AbstractInsnNode i, Random random) {
        change.change(method, i, random);
      }
    };
  }

  /** Puts instructions that leave the JVM stack as it is into a static method. */
  static Mutation inserting(Supplier<InsnList> code) {
    return new OfInstruction() {
      @Override
      public boolean isCandidate(MethodNode method, AbstractInsnNode i) {
        return (method.access & Opcodes.ACC_STATIC) != 0 && i.getOpcode() >= 0;
      }

      @Override
      public void change(MethodNode method, AbstractInsnNode i, Random random) {
        method.instructions.insertBefore(i, code.get());
      }
    };
  }

  /** Changes a call of the runtime. */
  static Mutation ofCall(
      Predicate<MethodInsnNode> candidate, BiConsumer<MethodInsnNode, InsnList> change) {
    return new OfInstruction() {
      @Override
      public boolean isCandidate(MethodNode method, AbstractInsnNode i) {
        return i instanceof MethodInsnNode call && candidate.test(call);
      }

      @Override
      public void change(MethodNode method, AbstractInsnNode i, Random random) {
        InsnList before = new InsnList();
        change.accept((MethodInsnNode) i, before);
        method.instructions.insertBefore(i, before);
      }
    };
  }

  /** Replaces an instruction by another without operands. */
  static void replace(MethodNode method, AbstractInsnNode i, int opcode) {
    method.instructions.set(i, new InsnNode(opcode));
  }
}
