package org.capvm.translator.emit;

import static org.capvm.translator.emit.CapabilityAccessEmitter.CODE;
import static org.capvm.translator.emit.CapabilityLocals.CAPABILITY;
import static org.capvm.translator.emit.CapabilityLocals.CAPABILITY_TYPE;

import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.isa.Instruction;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Instructions that compute with capabilities and touch neither memory nor PCC: calls of the
 * methods that define them. What changes nothing but an address is one compare where the address
 * stays in bounds.
 */
final class CapabilityOperationEmitter {
  private static final String OPERATIONS = "org/capvm/runtime/capability/CapabilityOperations";
  private static final String BOUNDS = "org/capvm/runtime/capability/CompressedBounds";
  private static final String TYPES = "org/capvm/runtime/capability/ObjectType";
  private static final String DIALECT = "org/capvm/runtime/capability/Dialect";
  private static final String DIALECT_TYPE = "L" + DIALECT + ";";

  /** Number of DDC among the special capability registers. */
  private static final int DDC = 1;

  private final MethodVisitor mv;
  private final RegisterLocals registers;
  private final CapabilityLocals capabilities;
  private final Dialect dialect;

  CapabilityOperationEmitter(
      MethodVisitor mv, RegisterLocals registers, CapabilityLocals capabilities, Dialect dialect) {
    this.mv = mv;
    this.registers = registers;
    this.capabilities = capabilities;
    this.dialect = dialect;
  }

  // An integer from capabilities ---------------------------------------------------------------

  /** Emits an instruction of {@code Family.CAPABILITY_QUERY}. */
  void query(Instruction i) {
    int r1 = i.rs1();
    int r2 = i.rs2();
    switch (i.opcode()) {
      case CGETPERM -> field(r1, "permissions", "I");
      case CGETTYPE -> {
        capabilities.pushHeld(r1);
        mv.visitMethodInsn(Opcodes.INVOKEVIRTUAL, CAPABILITY, "type", "()I", false);
        mv.visitMethodInsn(Opcodes.INVOKESTATIC, TYPES, "signed", "(I)J", false);
      }
      case CGETBASE -> field(r1, "base", "J");
      case CGETLEN -> field(r1, "length", "J");
      case CGETTAG -> field(r1, "isTagged", "Z");
      case CGETSEALED -> field(r1, "isSealed", "Z");
      case CGETFLAGS -> field(r1, "flags", "J");
      case CGETHIGH -> field(r1, "metadataWord", "J");
      case CGETADDR -> registers.pushLong(r1);
      case CGETOFFSET -> {
        registers.pushLong(r1);
        field(r1, "base", "J");
        mv.visitInsn(Opcodes.LSUB);
      }
      case CSUB -> {
        registers.pushLong(r1);
        registers.pushLong(r2);
        mv.visitInsn(Opcodes.LSUB);
      }
      case CRRL -> {
        registers.pushLong(r1);
        mv.visitMethodInsn(Opcodes.INVOKESTATIC, BOUNDS, "roundedLength", "(J)J", false);
      }
      case CRAM -> {
        registers.pushLong(r1);
        mv.visitMethodInsn(Opcodes.INVOKESTATIC, BOUNDS, "alignmentMask", "(J)J", false);
      }
      case CSETEQUALEXACT -> {
        capabilities.pushCapability(r1);
        capabilities.pushCapability(r2);
        mv.visitMethodInsn(
            Opcodes.INVOKEVIRTUAL, CAPABILITY, "equals", "(Ljava/lang/Object;)Z", false);
        mv.visitInsn(Opcodes.I2L);
      }
      case CTESTSUBSET -> {
        capabilities.pushCapabilityOrDdc(r1);
        capabilities.pushCapability(r2);
        operation("isSubset", "(" + CAPABILITY_TYPE + CAPABILITY_TYPE + ")Z");
        mv.visitInsn(Opcodes.I2L);
      }
      case CTOPTR -> {
        pushDialect();
        capabilities.pushCapability(r1);
        capabilities.pushCapabilityOrDdc(r2);
        Constants.push(mv, r2);
        operation("toPointer", "(" + DIALECT_TYPE + CAPABILITY_TYPE + CAPABILITY_TYPE + "I)J");
      }
      default -> throw new IllegalArgumentException(i.opcode().toString());
    }
    capabilities.setInteger(i.rd());
  }

  /** Pushes a field that does not depend on the address, as a long. */
  private void field(int register, String name, String type) {
    capabilities.pushHeld(register);
    mv.visitMethodInsn(Opcodes.INVOKEVIRTUAL, CAPABILITY, name, "()" + type, false);
    if (!type.equals("J")) {
      mv.visitInsn(Opcodes.I2L);
    }
  }

  // A capability from others -------------------------------------------------------------------

  /** Emits an instruction of {@code Family.CAPABILITY_MODIFY}. */
  void modify(Instruction i) {
    int r1 = i.rs1();
    int r2 = i.rs2();
    switch (i.opcode()) {
      case CMOVE -> {
        capabilities.pushHeld(r1);
        registers.pushLong(r1);
        registers.setLong(i.rd(), false);
        capabilities.setHeld(i.rd());
        return;
      }
      case CINCOFFSET -> {
        increment(i, () -> registers.pushLong(r2));
        return;
      }
      case CINCOFFSETIMM -> {
        increment(i, () -> Constants.push(mv, i.immediate()));
        return;
      }
      case CSETADDR -> {
        setAddress(i);
        return;
      }
      case CSETBOUNDS -> setBounds(r1, () -> registers.pushLong(r2), false);
      case CSETBOUNDSEXACT -> setBounds(r1, () -> registers.pushLong(r2), true);
      case CSETBOUNDSIMM -> setBounds(r1, () -> Constants.push(mv, i.immediate()), false);
      case CANDPERM -> withInteger("andPermissions", r1, r2);
      case CSETFLAGS -> withInteger("setFlags", r1, r2);
      case CSETOFFSET -> withInteger("setOffset", r1, r2);
      case CFROMPTR -> {
        pushDialect();
        capabilities.pushCapabilityOrDdc(r1);
        finishWithInteger("fromPointer", r1, r2);
      }
      case CSEAL -> withCapability("seal", r1, r2);
      case CCSEAL -> withCapability("conditionalSeal", r1, r2);
      case CUNSEAL -> withCapability("unseal", r1, r2);
      case CCOPYTYPE -> withCapability("copyType", r1, r2);
      case CBUILDCAP -> {
        pushDialect();
        capabilities.pushCapabilityOrDdc(r1);
        finishWithCapability("build", r1, r2);
      }
      case CSEALENTRY -> {
        pushDialect();
        capabilities.pushCapability(r1);
        Constants.push(mv, r1);
        operation("sealEntry", "(" + DIALECT_TYPE + CAPABILITY_TYPE + "I)" + CAPABILITY_TYPE);
      }
      case CCLEARTAG -> {
        capabilities.pushCapability(r1);
        mv.visitMethodInsn(
            Opcodes.INVOKEVIRTUAL, CAPABILITY, "untagged", "()" + CAPABILITY_TYPE, false);
      }
      case CSETHIGH -> {
        capabilities.pushCapability(r1);
        registers.pushLong(r2);
        mv.visitMethodInsn(
            Opcodes.INVOKEVIRTUAL, CAPABILITY, "withMetadataWord", "(J)" + CAPABILITY_TYPE, false);
      }
      default -> throw new IllegalArgumentException(i.opcode().toString());
    }
    capabilities.setCapability(i.rd());
  }

  /** Emits a move of an address that is known to change nothing else. */
  void plainMove(Instruction i) {
    int r1 = i.rs1();
    capabilities.pushHeld(r1);
    switch (i.opcode()) {
      case CSETADDR -> registers.pushLong(i.rs2());
      case CINCOFFSET -> {
        registers.pushLong(r1);
        registers.pushLong(i.rs2());
        mv.visitInsn(Opcodes.LADD);
      }
      case CINCOFFSETIMM -> {
        registers.pushLong(r1);
        Constants.push(mv, i.immediate());
        mv.visitInsn(Opcodes.LADD);
      }
      default -> throw new IllegalArgumentException(i.opcode() + " is no move");
    }
    registers.setLong(i.rd(), false);
    capabilities.setHeld(i.rd());
  }

  private void increment(Instruction i, Runnable pushIncrement) {
    capabilities.pushHeld(i.rs1());
    registers.pushLong(i.rs1());
    pushIncrement.run();
    move("increment", i);
    registers.pushLong(i.rs1());
    pushIncrement.run();
    mv.visitInsn(Opcodes.LADD);
    registers.setLong(i.rd(), false);
    capabilities.setHeld(i.rd());
  }

  private void setAddress(Instruction i) {
    capabilities.pushHeld(i.rs1());
    registers.pushLong(i.rs1());
    registers.pushLong(i.rs2());
    move("move", i);
    registers.pushLong(i.rs2());
    registers.setLong(i.rd(), false);
    capabilities.setHeld(i.rd());
  }

  private void move(String name, Instruction i) {
    pushDialect();
    Constants.push(mv, i.rs1());
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        CODE,
        name,
        "(" + CAPABILITY_TYPE + "JJ" + DIALECT_TYPE + "I)" + CAPABILITY_TYPE,
        false);
  }

  private void setBounds(int r1, Runnable pushLength, boolean exactly) {
    pushDialect();
    capabilities.pushCapability(r1);
    Constants.push(mv, r1);
    pushLength.run();
    Constants.push(mv, exactly ? 1 : 0);
    operation("setBounds", "(" + DIALECT_TYPE + CAPABILITY_TYPE + "IJZ)" + CAPABILITY_TYPE);
  }

  private void withInteger(String name, int r1, int r2) {
    pushDialect();
    capabilities.pushCapability(r1);
    finishWithInteger(name, r1, r2);
  }

  private void finishWithInteger(String name, int r1, int r2) {
    Constants.push(mv, r1);
    registers.pushLong(r2);
    operation(name, "(" + DIALECT_TYPE + CAPABILITY_TYPE + "IJ)" + CAPABILITY_TYPE);
  }

  private void withCapability(String name, int r1, int r2) {
    pushDialect();
    capabilities.pushCapability(r1);
    finishWithCapability(name, r1, r2);
  }

  private void finishWithCapability(String name, int r1, int r2) {
    Constants.push(mv, r1);
    capabilities.pushCapability(r2);
    Constants.push(mv, r2);
    operation(
        name,
        "(" + DIALECT_TYPE + CAPABILITY_TYPE + "I" + CAPABILITY_TYPE + "I)" + CAPABILITY_TYPE);
  }

  // Special registers --------------------------------------------------------------------------

  /** Emits a CSpecialRW that is legal. */
  void special(Instruction i, long address) {
    boolean writes = i.rs1() != 0;
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    Constants.push(mv, address);
    Constants.push(mv, i.rs2());
    Constants.push(mv, writes ? 1 : 0);
    capabilities.pushCapability(i.rs1());
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        CODE,
        "exchangeSpecial",
        "(" + Names.HART_TYPE + "JIZ" + CAPABILITY_TYPE + ")" + CAPABILITY_TYPE,
        false);
    capabilities.setCapability(i.rd());
    if (i.rs2() == DDC && writes) {
      capabilities.loadDdc();
    }
  }

  private void pushDialect() {
    mv.visitFieldInsn(Opcodes.GETSTATIC, DIALECT, dialect.name(), DIALECT_TYPE);
  }

  private void operation(String name, String descriptor) {
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, OPERATIONS, name, descriptor, false);
  }
}
