package org.capvm.testsuite.tags;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** A step that is left out of the protocol, or taken wrongly. */
enum ProtocolFault implements Consumer<ClassNode> {
  /** Stores of capabilities do not exclude each other, nor loads. */
  STORES_WITHOUT_LOCK("C C || sc A || sc B || lc; lc") {
    @Override
    void plant(MethodNode m) {
      if (m.name.equals("storeLocked")) {
        replaceCalls(m, "lock", 1, Opcodes.LCONST_0);
        replaceCalls(m, "unlock", 1, Opcodes.NOP);
      }
    }
  },
  /** A load does not look again whether a store went on. */
  LOADS_LOOK_ONCE("NULL C || sc A || swap B || lc") {
    @Override
    void plant(MethodNode m) {
      if (m.name.equals("loadConsistently")) {
        dropJumpBehind(m, "getOpaque");
      }
    }
  },
  /** A load takes the record whatever the address in memory is. */
  LOADS_BELIEVE_THE_RECORD("C C || sc A || sd 0 || lc; lc") {
    @Override
    void plant(MethodNode m) {
      if (m.name.equals("bits")) {
        dropJumpBehind(m, "address");
      }
    }
  },
  /** A load takes the record whatever the metadata in memory are. */
  LOADS_BELIEVE_HALF_THE_RECORD("A C || sd next || sc B || lc") {
    @Override
    void plant(MethodNode m) {
      if (m.name.equals("bits")) {
        dropJumpBehind(m, "metadataWord");
      }
    }
  },
  /** Integer stores do not clear the tag. */
  NOTHING_CLEARS("C C || amoadd 0 || sc A || lc") {
    @Override
    void plant(MethodNode m) {
      if (m.name.equals("clear")) {
        replaceCalls(m, "putReferenceOpaque", 1, Opcodes.NOP);
      }
    }
  },
  /** A load that saw something else forgets a record that was stored since. */
  LOADS_FORGET_LATE("C C || sc A || sd 0 || lc; lc") {
    @Override
    void plant(MethodNode m) {
      if (m.name.equals("forget")) {
        replaceCalls(m, "compareAndSet", 1, Opcodes.ICONST_1);
        replaceCalls(m, "unlock", 1, Opcodes.NOP);
      }
    }
  },
  /** A store-conditional that fails clears the tag. */
  FAILURE_CLEARS("A C || lr.d; sc.d 0 || sc B || lc") {
    @Override
    void plant(MethodNode m) {
      if (m.name.equals("compareAndSetInteger")) {
        for (AbstractInsnNode i : m.instructions.toArray()) {
          if (i.getOpcode() == Opcodes.IFEQ) {
            dropJump(m, (JumpInsnNode) i);
          }
        }
      }
    }
  },
  /** Stores of code without capabilities do not learn that a page has tags. */
  NOTHING_MARKS("NULL NULL || sc A; m:sd 0; m:sd low A || lc; lc") {
    @Override
    void plant(MethodNode m) {
      replaceCalls(m, "putByte", 2, Opcodes.NOP);
    }
  },
  /** An AMO does not wait for a store of a capability. */
  UPDATES_WITHOUT_LOCK("C C || amoadd 0 || sc A || lc") {
    @Override
    void plant(MethodNode m) {
      if (m.name.equals("update")) {
        replaceCalls(m, "lock", 1, Opcodes.LCONST_0);
        replaceCalls(m, "unlock", 2, Opcodes.NOP);
      }
    }
  };

  private final String scenario;
  private final AtomicInteger changes = new AtomicInteger();

  ProtocolFault(String scenario) {
    this.scenario = scenario;
  }

  /** The scenario that shows it. */
  String scenario() {
    return scenario;
  }

  abstract void plant(MethodNode m);

  @Override
  public void accept(ClassNode node) {
    if (node.name.endsWith("/TagTable")) {
      changes.set(0);
      node.methods.forEach(this::plant);
    }
  }

  boolean wasPlanted() {
    return changes.get() > 0;
  }

  /** Replaces calls by a constant, or by nothing. */
  void replaceCalls(MethodNode m, String name, int most, int constant) {
    int left = most;
    for (AbstractInsnNode i : m.instructions.toArray()) {
      if (i instanceof MethodInsnNode call && call.name.equals(name) && left-- > 0) {
        m.instructions.insertBefore(call, pops(call));
        m.instructions.set(call, new InsnNode(constant));
        changes.incrementAndGet();
      }
    }
  }

  private static InsnList pops(MethodInsnNode call) {
    InsnList pops = new InsnList();
    for (Type argument : Type.getArgumentTypes(call.desc)) {
      pops.insert(new InsnNode(argument.getSize() == 2 ? Opcodes.POP2 : Opcodes.POP));
    }
    if (call.getOpcode() != Opcodes.INVOKESTATIC) {
      pops.add(new InsnNode(Opcodes.POP));
    }
    return pops;
  }

  /** Never takes the jump that follows a call. */
  void dropJumpBehind(MethodNode m, String name) {
    for (AbstractInsnNode i : m.instructions.toArray()) {
      if (i instanceof MethodInsnNode call && call.name.equals(name)) {
        AbstractInsnNode next = call;
        while (!(next instanceof JumpInsnNode)) {
          next = next.getNext();
        }
        dropJump(m, (JumpInsnNode) next);
        return;
      }
    }
  }

  void dropJump(MethodNode m, JumpInsnNode jump) {
    m.instructions.set(jump, new InsnNode(Opcodes.POP));
    changes.incrementAndGet();
  }
}
