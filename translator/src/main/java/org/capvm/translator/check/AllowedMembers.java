package org.capvm.translator.check;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operation;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * The methods of the runtime and the JDK that generated code may call, and the fields it may read
 * or write: each by its owner, name and descriptor. Nothing else is reachable for a guest.
 */
final class AllowedMembers {
  static final String HART = "org/capvm/runtime/hart/Hart";
  static final String FUNCTION = "org/capvm/runtime/hart/GuestFunction";
  static final String DIRECT_FUNCTION = "org/capvm/runtime/hart/DirectFunction";
  static final String IN_RANGE = "org/capvm/runtime/memory/InRangeMemory";
  static final String TAG_CLEARING_IN_RANGE = "org/capvm/runtime/memory/TagClearingInRangeMemory";
  static final String AUTHORISED_RANGE = "org/capvm/runtime/memory/AuthorisedRange";
  private static final String AUTHORISED_MEMORY = "org/capvm/runtime/memory/AuthorisedMemory";
  private static final String MEMORY = "org/capvm/runtime/memory/Memory";
  private static final String TAG_CLEARING = "org/capvm/runtime/memory/TagClearingMemory";
  private static final String ATOMICS = "org/capvm/runtime/isa/AtomicOperations";
  private static final String TAG_CLEARING_ATOMICS =
      "org/capvm/runtime/interpreter/AtomicInstructions";
  private static final String ACCESS_CHECK = "org/capvm/runtime/memory/AccessCheck";
  private static final String STACK = "org/capvm/runtime/hart/GuestStack";
  private static final String RUNTIME = "org/capvm/runtime/";
  private static final String CAPABILITY = RUNTIME + "capability/Capability";
  private static final String CODE = RUNTIME + "interpreter/CapabilityCode";

  /**
   * Static methods: an owner below the runtime's package, then its methods. H is a hart, W a
   * window, N a function with a class of its own, U an unwind, O an opcode, T a table in a string.
   */
  private static final String STATIC_METHODS =
      """
      memory/Memory loadByte(WJ)B loadShort(WJ)S loadInt(WJ)I loadLong(WJ)J
      memory/Memory loadUnsignedByte(WJ)I loadUnsignedShort(WJ)I loadUnsignedInt(WJ)J
      memory/Memory loadFloat(WJ)F loadDouble(WJ)D
      memory/Memory storeByte(WJB)V storeShort(WJS)V storeInt(WJI)V storeLong(WJJ)V
      memory/Memory storeFloat(WJF)V storeDouble(WJD)V
      memory/InRangeMemory host(WJJ)J
      memory/InRangeMemory loadByte(JJ)B loadShort(JJ)S loadInt(JJ)I loadLong(JJ)J
      memory/InRangeMemory loadUnsignedByte(JJ)I loadUnsignedShort(JJ)I loadUnsignedInt(JJ)J
      memory/InRangeMemory loadFloat(JJ)F loadDouble(JJ)D
      memory/InRangeMemory storeByte(JJB)V storeShort(JJS)V storeInt(JJI)V storeLong(JJJ)V
      memory/InRangeMemory storeFloat(JJF)V storeDouble(JJD)V
      memory/AccessCheck load(WJI)J store(WJI)J canReserve(JWI)Z canUpdate(JWI)Z
      hart/Hart pollRequested(H)Z
      hart/GuestStack mayEnter(HJ)Z mayNest(H)Z frame(HJII)J
      code/Exits leave(JHJ)U leaveToTailCall(H)U
      code/Exits pollAtEntry(HJ)V pollAtCountedEntry(HJ)V
      code/Exits jump(HJJJJJ)V jumpThroughStub(HJJJJJJ)V leaveResumed(H)V
      code/Exits prepareCall(HJ)N prepareStubCall(HJJ)N callGeneral(NHJJJJJJ)J callExactly(HJJJ)J
      code/Exits finish(H)V finish(HJ)J finish(HD)D
      code/Exits tableIndex(J)I environmentCall(HJJ)J
      code/LabelTable at(IT)I at(JJT)I
      isa/AtomicOperations beforeReleasingLoad()V
      isa/FenceOperations fence(I)V
      isa/CsrOperations read(HI)J exchange(HOIJZ)J
      floatingpoint/NanBox toFloat(J)F box(F)J
      floatingpoint/RoundingMode dynamic(H)I isDynamicValid(H)Z
      floatingpoint/FastDouble isResult(DH)Z isSum(DH)Z isRoot(DH)Z
      floatingpoint/FastDouble add(DDDH)D subtract(DDDH)D multiply(DDDH)D divide(DDDH)D
      floatingpoint/FastDouble squareRoot(DDH)D multiplyAdd(DDDDH)D multiplySubtract(DDDDH)D
      floatingpoint/FastDouble negatedMultiplyAdd(DDDDH)D negatedMultiplySubtract(DDDDH)D
      floatingpoint/FastDouble minimum(HDD)D maximum(HDD)D
      floatingpoint/FastDouble isEqual(HDD)Z isLess(HDD)Z isLessOrEqual(HDD)Z
      floatingpoint/FastDouble toIntTruncated(HD)J toUnsignedIntTruncated(HD)J
      floatingpoint/FastDouble toLongTruncated(HD)J toUnsignedLongTruncated(HD)J
      floatingpoint/FastDouble fromInt(J)D fromUnsignedInt(J)D fromLong(HJ)D
      floatingpoint/FastDouble fromUnsignedLong(HJ)D fromSingle(HF)D
      floatingpoint/FastSingle isResult(FH)Z isSum(FH)Z isRoot(FH)Z fromDouble(FDH)F
      floatingpoint/FastSingle add(FFFH)F subtract(FFFH)F multiply(FFFH)F divide(FFFH)F
      floatingpoint/FastSingle squareRoot(FFH)F multiplyAdd(FFFFH)F multiplySubtract(FFFFH)F
      floatingpoint/FastSingle negatedMultiplyAdd(FFFFH)F negatedMultiplySubtract(FFFFH)F
      floatingpoint/FastSingle minimum(HFF)F maximum(HFF)F
      floatingpoint/FastSingle isEqual(HFF)Z isLess(HFF)Z isLessOrEqual(HFF)Z
      floatingpoint/FastSingle toIntTruncated(HF)J toUnsignedIntTruncated(HF)J
      floatingpoint/FastSingle toLongTruncated(HF)J toUnsignedLongTruncated(HF)J
      floatingpoint/FastSingle fromInt(HJ)F fromUnsignedInt(HJ)F fromLong(HJ)F
      floatingpoint/FastSingle fromUnsignedLong(HJ)F
      """;

  /** What code that clears tags calls in place of what leaves them. */
  private static final String TAG_CLEARING_METHODS =
      """
      memory/TagClearingMemory storeByte(WJB)V storeShort(WJS)V storeInt(WJI)V storeLong(WJJ)V
      memory/TagClearingMemory storeFloat(WJF)V storeDouble(WJD)V
      memory/TagClearingInRangeMemory hostWithoutTags(WJJ)J
      memory/TagClearingInRangeMemory storeByte(JJBW)V storeShort(JJSW)V storeInt(JJIW)V
      memory/TagClearingInRangeMemory storeLong(JJJW)V storeFloat(JJFW)V storeDouble(JJDW)V
      interpreter/AtomicInstructions execute(HOJJ)J
      """;

  /**
   * What code with capabilities calls besides. K is a capability, G the capability registers, E the
   * dialect. Nothing here makes a tag or takes a seal away without a check.
   */
  private static final String CAPABILITY_METHODS =
      """
      memory/AuthorisedMemory loadByte(KJW)B loadShort(KJW)S loadInt(KJW)I loadLong(KJW)J
      memory/AuthorisedMemory loadUnsignedByte(KJW)I loadUnsignedShort(KJW)I
      memory/AuthorisedMemory loadUnsignedInt(KJW)J loadCapability(KJW)K
      memory/AuthorisedMemory storeByte(KJBW)V storeShort(KJSW)V storeInt(KJIW)V
      memory/AuthorisedMemory storeLong(KJJW)V storeCapability(KJKW)V
      memory/AuthorisedRange loads(KJIJJW)J stores(KJIJJW)J
      interpreter/CapabilityCode mayEnter(HJJZ)Z increment(KJJEI)K move(KJJEI)K
      interpreter/CapabilityCode target(JH)J integerTarget(JH)J integerLink(HJ)J link(H)K
      interpreter/CapabilityCode jump(KJIJH)J invoke(KIKIH)K
      interpreter/CapabilityCode codeAddress(HJ)K exchangeSpecial(HJIZK)K readUccsr(H)J
      interpreter/CapabilityCode environmentCall(HJ)Z
      interpreter/CapabilityCode loadTags(KJH)J loadReserved(KJHO)J loadReserved(KJH)K
      interpreter/CapabilityCode storeConditional(KJJHO)J storeConditional(KJKH)J
      interpreter/CapabilityCode atomic(KJJHO)J swap(KJKH)K
      capability/Capability inRegister(KJ)K
      capability/ObjectType signed(I)J
      capability/CompressedBounds roundedLength(J)J alignmentMask(J)J
      capability/CapabilityOperations isSubset(KK)Z toPointer(EKKI)J setBounds(EKIJZ)K
      capability/CapabilityOperations andPermissions(EKIJ)K setFlags(EKIJ)K setOffset(EKIJ)K
      capability/CapabilityOperations fromPointer(EKIJ)K sealEntry(EKI)K seal(EKIKI)K
      capability/CapabilityOperations conditionalSeal(EKIKI)K unseal(EKIKI)K copyType(EKIKI)K
      capability/CapabilityOperations build(EKIKI)K
      """;

  private static final String CAPABILITY_VIRTUAL_METHODS =
      """
      capability/Capability address()J base()J length()J permissions()I type()I flags()J
      capability/Capability isTagged()Z isSealed()Z metadataWord()J
      capability/Capability loadSteps(JJJI)I storeSteps(JJJI)I moveSteps(JJJI)I
      capability/Capability untagged()K withMetadataWord(J)K
      hart/CapabilityRegisters ddc()K
      """;

  /** What the handler of code with capabilities catches. */
  private static final Set<String> REFUSALS =
      Set.of(
          RUNTIME + "memory/RefusedAccess",
          RUNTIME + "memory/MemoryFault",
          RUNTIME + "capability/CapabilityFault");

  private static final String JDK_METHODS =
      """
      java/lang/Double doubleToRawLongBits(D)J longBitsToDouble(J)D
      java/lang/Float intBitsToFloat(I)F
      java/lang/Integer compareUnsigned(II)I
      java/lang/Long compareUnsigned(JJ)I
      java/lang/Math sqrt(D)D fma(DDD)D fma(FFF)F
      """;

  private static final String VIRTUAL_METHODS = "hart/DirectFunction call(HJJJJJJ)J\n";

  private record Member(String owner, String name, String descriptor) {}

  private static final Set<Member> STATIC = new HashSet<>();
  private static final Set<Member> VIRTUAL = new HashSet<>();
  private static final Set<Member> READABLE = new HashSet<>();
  private static final Set<Member> WRITABLE = new HashSet<>();
  private static final Set<Member> CONSTANTS = new HashSet<>();

  static {
    addMethods(STATIC, RUNTIME, STATIC_METHODS);
    addMethods(STATIC, "", JDK_METHODS);
    addMethods(VIRTUAL, RUNTIME, VIRTUAL_METHODS);
    addMethods(STATIC, RUNTIME, TAG_CLEARING_METHODS);
    addMethods(STATIC, RUNTIME, CAPABILITY_METHODS);
    addMethods(VIRTUAL, RUNTIME, CAPABILITY_VIRTUAL_METHODS);
    VIRTUAL.add(new Member(CAPABILITY, "equals", "(Ljava/lang/Object;)Z"));
    for (Opcode opcode : Opcode.values()) {
      Operation definition = opcode.operation();
      if (definition != null) {
        STATIC.add(new Member(definition.owner(), definition.name(), definition.descriptor()));
      }
    }
    Stream<String> registers =
        Stream.concat(
            IntStream.range(1, 32).mapToObj(n -> "x" + n),
            IntStream.range(0, 32).mapToObj(n -> "f" + n));
    registers.map(name -> new Member(HART, name, "J")).forEach(WRITABLE::add);
    IntStream.range(1, 32)
        .mapToObj(n -> new Member(RUNTIME + "hart/CapabilityRegisters", "c" + n, type("K")))
        .forEach(WRITABLE::add);
    READABLE.addAll(WRITABLE);
    WRITABLE.add(new Member(HART, "pc", "J"));
    READABLE.add(new Member(HART, "pc", "J"));
    READABLE.add(new Member(HART, "tailTarget", "J"));
    READABLE.add(new Member(HART, "window", type("W")));
    READABLE.add(new Member(HART, "capabilities", type("G")));
    CONSTANTS.add(new Member(CAPABILITY, "NULL", type("K")));
    for (Dialect dialect : Dialect.values()) {
      CONSTANTS.add(new Member(RUNTIME + "capability/Dialect", dialect.name(), type("E")));
    }
    for (Opcode opcode : Opcode.values()) {
      if (isAtomic(opcode.family())) {
        CONSTANTS.add(new Member(RUNTIME + "isa/Opcode", opcode.name(), type("O")));
      }
    }
    CONSTANTS.add(new Member(RUNTIME + "hart/Unwind", "INSTANCE", type("U")));
    for (String csr : new String[] {"CSRRW", "CSRRS", "CSRRC", "CSRRWI", "CSRRSI", "CSRRCI"}) {
      CONSTANTS.add(new Member(RUNTIME + "isa/Opcode", csr, type("O")));
    }
  }

  private AllowedMembers() {}

  private static boolean isAtomic(Family family) {
    return switch (family) {
      case ATOMIC, LOAD_RESERVED, STORE_CONDITIONAL -> true;
      case EXPLICIT_LOAD_RESERVED, EXPLICIT_STORE_CONDITIONAL -> true;
      default -> false;
    };
  }

  /** Whether a handler may catch a type of exception, given by its internal name. */
  static boolean isCaught(String type) {
    return REFUSALS.contains(type);
  }

  private static void addMethods(Set<Member> members, String prefix, String table) {
    table
        .lines()
        .forEach(
            line -> {
              String[] words = line.split(" ");
              for (String method : Arrays.copyOfRange(words, 1, words.length)) {
                int descriptor = method.indexOf('(');
                members.add(
                    new Member(
                        prefix + words[0],
                        method.substring(0, descriptor),
                        descriptor(method.substring(descriptor))));
              }
            });
  }

  private static String descriptor(String abbreviated) {
    StringBuilder full = new StringBuilder();
    for (String letter : abbreviated.split("")) {
      full.append(type(letter));
    }
    return full.toString();
  }

  private static String type(String letter) {
    if (letter.equals("T")) {
      return "Ljava/lang/String;";
    }
    String name =
        switch (letter) {
          case "H" -> "hart/Hart";
          case "N" -> "hart/DirectFunction";
          case "U" -> "hart/Unwind";
          case "W" -> "memory/Window";
          case "O" -> "isa/Opcode";
          case "K" -> "capability/Capability";
          case "G" -> "hart/CapabilityRegisters";
          case "E" -> "capability/Dialect";
          default -> null;
        };
    return name == null ? letter : "L" + RUNTIME + name + ";";
  }

  /** Whether a class whose code has capabilities names this, and no other does. */
  static boolean isOfCapabilities(String owner) {
    return owner.startsWith(RUNTIME + "capability/")
        || owner.equals(AUTHORISED_MEMORY)
        || owner.equals(AUTHORISED_RANGE)
        || owner.equals(CODE)
        || owner.equals(RUNTIME + "hart/CapabilityRegisters");
  }

  /**
   * Whether code with capabilities may not call this: accesses and calls that rest on the window's
   * bounds alone, and leave tags as they are.
   */
  static boolean isOfWindow(MethodInsnNode call) {
    String owner = call.owner;
    return owner.startsWith(RUNTIME + "code/")
        || owner.startsWith(RUNTIME + "memory/")
            && !isOfCapabilities(owner)
            && !(owner.equals(IN_RANGE) && isInRangeAccess(call))
        || owner.equals(ATOMICS)
        || owner.equals(TAG_CLEARING_ATOMICS)
        || owner.equals(STACK)
        || owner.equals(DIRECT_FUNCTION);
  }

  /** Whether only code that clears tags names this. */
  static boolean isTagClearing(String owner) {
    return owner.equals(TAG_CLEARING)
        || owner.equals(TAG_CLEARING_IN_RANGE)
        || owner.equals(TAG_CLEARING_ATOMICS);
  }

  /** Whether a call writes to memory, by a check of its own, and leaves tags as they are. */
  static boolean leavesTags(MethodInsnNode call) {
    return call.owner.equals(MEMORY) && !call.name.startsWith("load")
        || call.owner.equals(ATOMICS)
            && !call.name.startsWith("lr")
            && !call.name.equals("beforeReleasingLoad");
  }

  /** Whether a call is an access that rests on an earlier range check. */
  static boolean isInRangeAccess(MethodInsnNode call) {
    return (call.owner.equals(IN_RANGE) || call.owner.equals(TAG_CLEARING_IN_RANGE))
        && !isRangeCheck(call.owner, call.name);
  }

  /** Whether a call asks PCC whether it allows executing a range of addresses. */
  static boolean isEntryCheck(MethodInsnNode call) {
    return call.owner.equals(CODE) && call.name.equals("mayEnter");
  }

  /** Whether PCC is another one behind a call. */
  static boolean changesPcc(MethodInsnNode call) {
    return call.owner.equals(CODE) && (call.name.equals("jump") || call.name.equals("invoke"));
  }

  /** Whether a call leaves to the kernel, which says whether the code goes on. */
  static boolean isEnvironmentCall(MethodInsnNode call) {
    return call.owner.equals(CODE) && call.name.equals("environmentCall");
  }

  /** Whether a call accesses memory, or makes or reads capabilities. */
  static boolean usesAuthority(MethodInsnNode call) {
    return isInRangeAccess(call)
        || isOfCapabilities(call.owner)
            && !(call.owner.equals(CAPABILITY) && call.name.equals("address"));
  }

  static boolean isStaticMethod(String owner, String name, String descriptor) {
    return STATIC.contains(new Member(owner, name, descriptor));
  }

  /** Whether a method's result is a host address, good for accesses in the range it checked. */
  static boolean isRangeCheck(String owner, String name) {
    return (owner.equals(IN_RANGE) && name.equals("host"))
        || (owner.equals(TAG_CLEARING_IN_RANGE) && name.equals("hostWithoutTags"))
        || (owner.equals(ACCESS_CHECK) && (name.equals("load") || name.equals("store")))
        || (owner.equals(STACK) && name.equals("frame"))
        || owner.equals(AUTHORISED_RANGE);
  }

  /**
   * Whether what was asked for pages, tags and authority may be different behind a call: other
   * harts' changes may be announced as done before it returns, or it stores a capability, or
   * changes one that is no register.
   */
  static boolean mayChangePermissions(MethodInsnNode call) {
    String owner = call.owner;
    return owner.startsWith("guest/")
        || owner.startsWith(RUNTIME + "hart/")
        || owner.startsWith(RUNTIME + "code/")
        || owner.equals(AUTHORISED_MEMORY) && call.name.equals("storeCapability")
        || owner.equals(CODE) && !call.name.equals("increment") && !call.name.equals("move");
  }

  /** Whether a method takes a constant string. */
  static boolean isTableLookup(String owner) {
    return owner.equals(RUNTIME + "code/LabelTable");
  }

  static boolean isVirtualMethod(String owner, String name, String descriptor) {
    return VIRTUAL.contains(new Member(owner, name, descriptor));
  }

  static boolean isReadable(String owner, String name, String descriptor) {
    return READABLE.contains(new Member(owner, name, descriptor));
  }

  static boolean isWritable(String owner, String name, String descriptor) {
    return WRITABLE.contains(new Member(owner, name, descriptor));
  }

  static boolean isConstant(String owner, String name, String descriptor) {
    return CONSTANTS.contains(new Member(owner, name, descriptor));
  }
}
