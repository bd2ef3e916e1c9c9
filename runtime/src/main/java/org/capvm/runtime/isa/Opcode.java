package org.capvm.runtime.isa;

/**
 * The instructions of RV64GC (I, M, A, F, D, Zicsr, Zifencei) and behind them those of Xcheri, each
 * defined once: assembly name, operands, encoding, family, and the operation that it computes.
 * Compressed instructions expand to these.
 *
 * <p>Encodings are those of the RISC-V unprivileged specification, chapter "RV32/64G instruction
 * set listings", and of CHERI ISAv9, section 8.4.
 */
public enum Opcode {
  // RV64I
  LUI("lui", Format.UPPER, 0x0000007f, 0x00000037, Family.UPPER_IMMEDIATE),
  AUIPC("auipc", Format.UPPER, 0x0000007f, 0x00000017, Family.UPPER_IMMEDIATE),
  JAL("jal", Format.JUMP, 0x0000007f, 0x0000006f, Family.JUMP),
  JALR("jalr", Format.LOAD, 0x0000707f, 0x00000067, Family.JUMP),
  BEQ("beq", Format.BRANCH, 0x0000707f, 0x00000063, Family.BRANCH, Operation.condition("eq")),
  BNE("bne", Format.BRANCH, 0x0000707f, 0x00001063, Family.BRANCH, Operation.condition("ne")),
  BLT("blt", Format.BRANCH, 0x0000707f, 0x00004063, Family.BRANCH, Operation.condition("lt")),
  BGE("bge", Format.BRANCH, 0x0000707f, 0x00005063, Family.BRANCH, Operation.condition("ge")),
  BLTU("bltu", Format.BRANCH, 0x0000707f, 0x00006063, Family.BRANCH, Operation.condition("ltu")),
  BGEU("bgeu", Format.BRANCH, 0x0000707f, 0x00007063, Family.BRANCH, Operation.condition("geu")),
  LB("lb", Format.LOAD, 0x0000707f, 0x00000003, Family.LOAD),
  LH("lh", Format.LOAD, 0x0000707f, 0x00001003, Family.LOAD),
  LW("lw", Format.LOAD, 0x0000707f, 0x00002003, Family.LOAD),
  LD("ld", Format.LOAD, 0x0000707f, 0x00003003, Family.LOAD),
  LBU("lbu", Format.LOAD, 0x0000707f, 0x00004003, Family.LOAD),
  LHU("lhu", Format.LOAD, 0x0000707f, 0x00005003, Family.LOAD),
  LWU("lwu", Format.LOAD, 0x0000707f, 0x00006003, Family.LOAD),
  SB("sb", Format.STORE, 0x0000707f, 0x00000023, Family.STORE),
  SH("sh", Format.STORE, 0x0000707f, 0x00001023, Family.STORE),
  SW("sw", Format.STORE, 0x0000707f, 0x00002023, Family.STORE),
  SD("sd", Format.STORE, 0x0000707f, 0x00003023, Family.STORE),
  ADDI(
      "addi",
      Format.IMMEDIATE,
      0x0000707f,
      0x00000013,
      Family.ALU_IMMEDIATE,
      Operation.integer("add")),
  SLTI(
      "slti",
      Format.IMMEDIATE,
      0x0000707f,
      0x00002013,
      Family.ALU_IMMEDIATE,
      Operation.integer("slt")),
  SLTIU(
      "sltiu",
      Format.IMMEDIATE,
      0x0000707f,
      0x00003013,
      Family.ALU_IMMEDIATE,
      Operation.integer("sltu")),
  XORI(
      "xori",
      Format.IMMEDIATE,
      0x0000707f,
      0x00004013,
      Family.ALU_IMMEDIATE,
      Operation.integer("xor")),
  ORI(
      "ori",
      Format.IMMEDIATE,
      0x0000707f,
      0x00006013,
      Family.ALU_IMMEDIATE,
      Operation.integer("or")),
  ANDI(
      "andi",
      Format.IMMEDIATE,
      0x0000707f,
      0x00007013,
      Family.ALU_IMMEDIATE,
      Operation.integer("and")),
  SLLI(
      "slli", Format.SHIFT, 0xfc00707f, 0x00001013, Family.ALU_IMMEDIATE, Operation.integer("sll")),
  SRLI(
      "srli", Format.SHIFT, 0xfc00707f, 0x00005013, Family.ALU_IMMEDIATE, Operation.integer("srl")),
  SRAI(
      "srai", Format.SHIFT, 0xfc00707f, 0x40005013, Family.ALU_IMMEDIATE, Operation.integer("sra")),
  ADDIW(
      "addiw",
      Format.IMMEDIATE,
      0x0000707f,
      0x0000001b,
      Family.ALU_IMMEDIATE_WORD,
      Operation.integer("addw")),
  SLLIW(
      "slliw",
      Format.SHIFT,
      0xfe00707f,
      0x0000101b,
      Family.ALU_IMMEDIATE_WORD,
      Operation.integer("sllw")),
  SRLIW(
      "srliw",
      Format.SHIFT,
      0xfe00707f,
      0x0000501b,
      Family.ALU_IMMEDIATE_WORD,
      Operation.integer("srlw")),
  SRAIW(
      "sraiw",
      Format.SHIFT,
      0xfe00707f,
      0x4000501b,
      Family.ALU_IMMEDIATE_WORD,
      Operation.integer("sraw")),
  ADD(
      "add",
      Format.REGISTER,
      0xfe00707f,
      0x00000033,
      Family.ALU_REGISTER,
      Operation.integer("add")),
  SUB(
      "sub",
      Format.REGISTER,
      0xfe00707f,
      0x40000033,
      Family.ALU_REGISTER,
      Operation.integer("sub")),
  SLL(
      "sll",
      Format.REGISTER,
      0xfe00707f,
      0x00001033,
      Family.ALU_REGISTER,
      Operation.integer("sll")),
  SLT(
      "slt",
      Format.REGISTER,
      0xfe00707f,
      0x00002033,
      Family.ALU_REGISTER,
      Operation.integer("slt")),
  SLTU(
      "sltu",
      Format.REGISTER,
      0xfe00707f,
      0x00003033,
      Family.ALU_REGISTER,
      Operation.integer("sltu")),
  XOR(
      "xor",
      Format.REGISTER,
      0xfe00707f,
      0x00004033,
      Family.ALU_REGISTER,
      Operation.integer("xor")),
  SRL(
      "srl",
      Format.REGISTER,
      0xfe00707f,
      0x00005033,
      Family.ALU_REGISTER,
      Operation.integer("srl")),
  SRA(
      "sra",
      Format.REGISTER,
      0xfe00707f,
      0x40005033,
      Family.ALU_REGISTER,
      Operation.integer("sra")),
  OR("or", Format.REGISTER, 0xfe00707f, 0x00006033, Family.ALU_REGISTER, Operation.integer("or")),
  AND(
      "and",
      Format.REGISTER,
      0xfe00707f,
      0x00007033,
      Family.ALU_REGISTER,
      Operation.integer("and")),
  ADDW(
      "addw",
      Format.REGISTER,
      0xfe00707f,
      0x0000003b,
      Family.ALU_REGISTER_WORD,
      Operation.integer("addw")),
  SUBW(
      "subw",
      Format.REGISTER,
      0xfe00707f,
      0x4000003b,
      Family.ALU_REGISTER_WORD,
      Operation.integer("subw")),
  SLLW(
      "sllw",
      Format.REGISTER,
      0xfe00707f,
      0x0000103b,
      Family.ALU_REGISTER_WORD,
      Operation.integer("sllw")),
  SRLW(
      "srlw",
      Format.REGISTER,
      0xfe00707f,
      0x0000503b,
      Family.ALU_REGISTER_WORD,
      Operation.integer("srlw")),
  SRAW(
      "sraw",
      Format.REGISTER,
      0xfe00707f,
      0x4000503b,
      Family.ALU_REGISTER_WORD,
      Operation.integer("sraw")),

  // M
  MUL("mul", Format.REGISTER, 0xfe00707f, 0x02000033, Family.MULTIPLY, Operation.integer("mul")),
  MULH("mulh", Format.REGISTER, 0xfe00707f, 0x02001033, Family.MULTIPLY, Operation.integer("mulh")),
  MULHSU(
      "mulhsu",
      Format.REGISTER,
      0xfe00707f,
      0x02002033,
      Family.MULTIPLY,
      Operation.integer("mulhsu")),
  MULHU(
      "mulhu",
      Format.REGISTER,
      0xfe00707f,
      0x02003033,
      Family.MULTIPLY,
      Operation.integer("mulhu")),
  DIV("div", Format.REGISTER, 0xfe00707f, 0x02004033, Family.DIVIDE, Operation.integer("div")),
  DIVU("divu", Format.REGISTER, 0xfe00707f, 0x02005033, Family.DIVIDE, Operation.integer("divu")),
  REM("rem", Format.REGISTER, 0xfe00707f, 0x02006033, Family.DIVIDE, Operation.integer("rem")),
  REMU("remu", Format.REGISTER, 0xfe00707f, 0x02007033, Family.DIVIDE, Operation.integer("remu")),
  MULW("mulw", Format.REGISTER, 0xfe00707f, 0x0200003b, Family.MULTIPLY, Operation.integer("mulw")),
  DIVW("divw", Format.REGISTER, 0xfe00707f, 0x0200403b, Family.DIVIDE, Operation.integer("divw")),
  DIVUW(
      "divuw", Format.REGISTER, 0xfe00707f, 0x0200503b, Family.DIVIDE, Operation.integer("divuw")),
  REMW("remw", Format.REGISTER, 0xfe00707f, 0x0200603b, Family.DIVIDE, Operation.integer("remw")),
  REMUW(
      "remuw", Format.REGISTER, 0xfe00707f, 0x0200703b, Family.DIVIDE, Operation.integer("remuw")),

  // Fences and system. The reserved fields of fences are ignored, as the ISA asks.
  FENCE("fence", Format.FENCE, 0x0000707f, 0x0000000f, Family.FENCE),
  FENCE_I("fence.i", Format.NONE, 0x0000707f, 0x0000100f, Family.FENCE),
  ECALL("ecall", Format.NONE, 0xffffffff, 0x00000073, Family.SYSTEM),
  EBREAK("ebreak", Format.NONE, 0xffffffff, 0x00100073, Family.SYSTEM),

  // Zicsr
  CSRRW("csrrw", Format.CSR, 0x0000707f, 0x00001073, Family.CSR),
  CSRRS("csrrs", Format.CSR, 0x0000707f, 0x00002073, Family.CSR),
  CSRRC("csrrc", Format.CSR, 0x0000707f, 0x00003073, Family.CSR),
  CSRRWI("csrrwi", Format.CSR_IMMEDIATE, 0x0000707f, 0x00005073, Family.CSR),
  CSRRSI("csrrsi", Format.CSR_IMMEDIATE, 0x0000707f, 0x00006073, Family.CSR),
  CSRRCI("csrrci", Format.CSR_IMMEDIATE, 0x0000707f, 0x00007073, Family.CSR),

  // A
  LR_W("lr.w", Format.LOAD_RESERVED, 0xf9f0707f, 0x1000202f, Family.LOAD_RESERVED),
  SC_W("sc.w", Format.ATOMIC, 0xf800707f, 0x1800202f, Family.STORE_CONDITIONAL),
  AMOSWAP_W("amoswap.w", Format.ATOMIC, 0xf800707f, 0x0800202f, Family.ATOMIC),
  AMOADD_W("amoadd.w", Format.ATOMIC, 0xf800707f, 0x0000202f, Family.ATOMIC),
  AMOXOR_W("amoxor.w", Format.ATOMIC, 0xf800707f, 0x2000202f, Family.ATOMIC),
  AMOAND_W("amoand.w", Format.ATOMIC, 0xf800707f, 0x6000202f, Family.ATOMIC),
  AMOOR_W("amoor.w", Format.ATOMIC, 0xf800707f, 0x4000202f, Family.ATOMIC),
  AMOMIN_W("amomin.w", Format.ATOMIC, 0xf800707f, 0x8000202f, Family.ATOMIC),
  AMOMAX_W("amomax.w", Format.ATOMIC, 0xf800707f, 0xa000202f, Family.ATOMIC),
  AMOMINU_W("amominu.w", Format.ATOMIC, 0xf800707f, 0xc000202f, Family.ATOMIC),
  AMOMAXU_W("amomaxu.w", Format.ATOMIC, 0xf800707f, 0xe000202f, Family.ATOMIC),
  LR_D("lr.d", Format.LOAD_RESERVED, 0xf9f0707f, 0x1000302f, Family.LOAD_RESERVED),
  SC_D("sc.d", Format.ATOMIC, 0xf800707f, 0x1800302f, Family.STORE_CONDITIONAL),
  AMOSWAP_D("amoswap.d", Format.ATOMIC, 0xf800707f, 0x0800302f, Family.ATOMIC),
  AMOADD_D("amoadd.d", Format.ATOMIC, 0xf800707f, 0x0000302f, Family.ATOMIC),
  AMOXOR_D("amoxor.d", Format.ATOMIC, 0xf800707f, 0x2000302f, Family.ATOMIC),
  AMOAND_D("amoand.d", Format.ATOMIC, 0xf800707f, 0x6000302f, Family.ATOMIC),
  AMOOR_D("amoor.d", Format.ATOMIC, 0xf800707f, 0x4000302f, Family.ATOMIC),
  AMOMIN_D("amomin.d", Format.ATOMIC, 0xf800707f, 0x8000302f, Family.ATOMIC),
  AMOMAX_D("amomax.d", Format.ATOMIC, 0xf800707f, 0xa000302f, Family.ATOMIC),
  AMOMINU_D("amominu.d", Format.ATOMIC, 0xf800707f, 0xc000302f, Family.ATOMIC),
  AMOMAXU_D("amomaxu.d", Format.ATOMIC, 0xf800707f, 0xe000302f, Family.ATOMIC),

  // F and D, loads and stores
  FLW("flw", Format.FLOAT_LOAD, 0x0000707f, 0x00002007, Family.FLOAT_LOAD),
  FSW("fsw", Format.FLOAT_STORE, 0x0000707f, 0x00002027, Family.FLOAT_STORE),
  FLD("fld", Format.FLOAT_LOAD, 0x0000707f, 0x00003007, Family.FLOAT_LOAD),
  FSD("fsd", Format.FLOAT_STORE, 0x0000707f, 0x00003027, Family.FLOAT_STORE),

  // F
  FMADD_S("fmadd.s", Format.FLOAT_FUSED, 0x0600007f, 0x00000043, Family.FLOAT_FUSED),
  FMSUB_S("fmsub.s", Format.FLOAT_FUSED, 0x0600007f, 0x00000047, Family.FLOAT_FUSED),
  FNMSUB_S("fnmsub.s", Format.FLOAT_FUSED, 0x0600007f, 0x0000004b, Family.FLOAT_FUSED),
  FNMADD_S("fnmadd.s", Format.FLOAT_FUSED, 0x0600007f, 0x0000004f, Family.FLOAT_FUSED),
  FADD_S("fadd.s", Format.FLOAT_BINARY_ROUNDED, 0xfe00007f, 0x00000053, Family.FLOAT_ARITHMETIC),
  FSUB_S("fsub.s", Format.FLOAT_BINARY_ROUNDED, 0xfe00007f, 0x08000053, Family.FLOAT_ARITHMETIC),
  FMUL_S("fmul.s", Format.FLOAT_BINARY_ROUNDED, 0xfe00007f, 0x10000053, Family.FLOAT_ARITHMETIC),
  FDIV_S("fdiv.s", Format.FLOAT_BINARY_ROUNDED, 0xfe00007f, 0x18000053, Family.FLOAT_ARITHMETIC),
  FSQRT_S("fsqrt.s", Format.FLOAT_UNARY_ROUNDED, 0xfff0007f, 0x58000053, Family.FLOAT_ARITHMETIC),
  FSGNJ_S("fsgnj.s", Format.FLOAT_BINARY, 0xfe00707f, 0x20000053, Family.FLOAT_SIGN),
  FSGNJN_S("fsgnjn.s", Format.FLOAT_BINARY, 0xfe00707f, 0x20001053, Family.FLOAT_SIGN),
  FSGNJX_S("fsgnjx.s", Format.FLOAT_BINARY, 0xfe00707f, 0x20002053, Family.FLOAT_SIGN),
  FMIN_S("fmin.s", Format.FLOAT_BINARY, 0xfe00707f, 0x28000053, Family.FLOAT_MINIMUM_MAXIMUM),
  FMAX_S("fmax.s", Format.FLOAT_BINARY, 0xfe00707f, 0x28001053, Family.FLOAT_MINIMUM_MAXIMUM),
  FEQ_S("feq.s", Format.FLOAT_COMPARE, 0xfe00707f, 0xa0002053, Family.FLOAT_COMPARE),
  FLT_S("flt.s", Format.FLOAT_COMPARE, 0xfe00707f, 0xa0001053, Family.FLOAT_COMPARE),
  FLE_S("fle.s", Format.FLOAT_COMPARE, 0xfe00707f, 0xa0000053, Family.FLOAT_COMPARE),
  FCLASS_S("fclass.s", Format.FLOAT_TO_INTEGER, 0xfff0707f, 0xe0001053, Family.FLOAT_CLASSIFY),
  FCVT_W_S(
      "fcvt.w.s", Format.FLOAT_TO_INTEGER_ROUNDED, 0xfff0007f, 0xc0000053, Family.FLOAT_CONVERT),
  FCVT_WU_S(
      "fcvt.wu.s", Format.FLOAT_TO_INTEGER_ROUNDED, 0xfff0007f, 0xc0100053, Family.FLOAT_CONVERT),
  FCVT_L_S(
      "fcvt.l.s", Format.FLOAT_TO_INTEGER_ROUNDED, 0xfff0007f, 0xc0200053, Family.FLOAT_CONVERT),
  FCVT_LU_S(
      "fcvt.lu.s", Format.FLOAT_TO_INTEGER_ROUNDED, 0xfff0007f, 0xc0300053, Family.FLOAT_CONVERT),
  FCVT_S_W(
      "fcvt.s.w", Format.INTEGER_TO_FLOAT_ROUNDED, 0xfff0007f, 0xd0000053, Family.FLOAT_CONVERT),
  FCVT_S_WU(
      "fcvt.s.wu", Format.INTEGER_TO_FLOAT_ROUNDED, 0xfff0007f, 0xd0100053, Family.FLOAT_CONVERT),
  FCVT_S_L(
      "fcvt.s.l", Format.INTEGER_TO_FLOAT_ROUNDED, 0xfff0007f, 0xd0200053, Family.FLOAT_CONVERT),
  FCVT_S_LU(
      "fcvt.s.lu", Format.INTEGER_TO_FLOAT_ROUNDED, 0xfff0007f, 0xd0300053, Family.FLOAT_CONVERT),

  // D
  FMADD_D("fmadd.d", Format.FLOAT_FUSED, 0x0600007f, 0x02000043, Family.FLOAT_FUSED),
  FMSUB_D("fmsub.d", Format.FLOAT_FUSED, 0x0600007f, 0x02000047, Family.FLOAT_FUSED),
  FNMSUB_D("fnmsub.d", Format.FLOAT_FUSED, 0x0600007f, 0x0200004b, Family.FLOAT_FUSED),
  FNMADD_D("fnmadd.d", Format.FLOAT_FUSED, 0x0600007f, 0x0200004f, Family.FLOAT_FUSED),
  FADD_D("fadd.d", Format.FLOAT_BINARY_ROUNDED, 0xfe00007f, 0x02000053, Family.FLOAT_ARITHMETIC),
  FSUB_D("fsub.d", Format.FLOAT_BINARY_ROUNDED, 0xfe00007f, 0x0a000053, Family.FLOAT_ARITHMETIC),
  FMUL_D("fmul.d", Format.FLOAT_BINARY_ROUNDED, 0xfe00007f, 0x12000053, Family.FLOAT_ARITHMETIC),
  FDIV_D("fdiv.d", Format.FLOAT_BINARY_ROUNDED, 0xfe00007f, 0x1a000053, Family.FLOAT_ARITHMETIC),
  FSQRT_D("fsqrt.d", Format.FLOAT_UNARY_ROUNDED, 0xfff0007f, 0x5a000053, Family.FLOAT_ARITHMETIC),
  FSGNJ_D("fsgnj.d", Format.FLOAT_BINARY, 0xfe00707f, 0x22000053, Family.FLOAT_SIGN),
  FSGNJN_D("fsgnjn.d", Format.FLOAT_BINARY, 0xfe00707f, 0x22001053, Family.FLOAT_SIGN),
  FSGNJX_D("fsgnjx.d", Format.FLOAT_BINARY, 0xfe00707f, 0x22002053, Family.FLOAT_SIGN),
  FMIN_D("fmin.d", Format.FLOAT_BINARY, 0xfe00707f, 0x2a000053, Family.FLOAT_MINIMUM_MAXIMUM),
  FMAX_D("fmax.d", Format.FLOAT_BINARY, 0xfe00707f, 0x2a001053, Family.FLOAT_MINIMUM_MAXIMUM),
  FEQ_D("feq.d", Format.FLOAT_COMPARE, 0xfe00707f, 0xa2002053, Family.FLOAT_COMPARE),
  FLT_D("flt.d", Format.FLOAT_COMPARE, 0xfe00707f, 0xa2001053, Family.FLOAT_COMPARE),
  FLE_D("fle.d", Format.FLOAT_COMPARE, 0xfe00707f, 0xa2000053, Family.FLOAT_COMPARE),
  FCLASS_D("fclass.d", Format.FLOAT_TO_INTEGER, 0xfff0707f, 0xe2001053, Family.FLOAT_CLASSIFY),
  FCVT_W_D(
      "fcvt.w.d", Format.FLOAT_TO_INTEGER_ROUNDED, 0xfff0007f, 0xc2000053, Family.FLOAT_CONVERT),
  FCVT_WU_D(
      "fcvt.wu.d", Format.FLOAT_TO_INTEGER_ROUNDED, 0xfff0007f, 0xc2100053, Family.FLOAT_CONVERT),
  FCVT_L_D(
      "fcvt.l.d", Format.FLOAT_TO_INTEGER_ROUNDED, 0xfff0007f, 0xc2200053, Family.FLOAT_CONVERT),
  FCVT_LU_D(
      "fcvt.lu.d", Format.FLOAT_TO_INTEGER_ROUNDED, 0xfff0007f, 0xc2300053, Family.FLOAT_CONVERT),
  FCVT_D_W(
      "fcvt.d.w", Format.INTEGER_TO_FLOAT_ROUNDED, 0xfff0007f, 0xd2000053, Family.FLOAT_CONVERT),
  FCVT_D_WU(
      "fcvt.d.wu", Format.INTEGER_TO_FLOAT_ROUNDED, 0xfff0007f, 0xd2100053, Family.FLOAT_CONVERT),
  FCVT_D_L(
      "fcvt.d.l", Format.INTEGER_TO_FLOAT_ROUNDED, 0xfff0007f, 0xd2200053, Family.FLOAT_CONVERT),
  FCVT_D_LU(
      "fcvt.d.lu", Format.INTEGER_TO_FLOAT_ROUNDED, 0xfff0007f, 0xd2300053, Family.FLOAT_CONVERT),

  // Conversions and moves between formats
  FCVT_S_D("fcvt.s.d", Format.FLOAT_UNARY_ROUNDED, 0xfff0007f, 0x40100053, Family.FLOAT_CONVERT),
  FCVT_D_S("fcvt.d.s", Format.FLOAT_UNARY_ROUNDED, 0xfff0007f, 0x42000053, Family.FLOAT_CONVERT),
  FMV_X_W("fmv.x.w", Format.FLOAT_TO_INTEGER, 0xfff0707f, 0xe0000053, Family.FLOAT_MOVE),
  FMV_W_X("fmv.w.x", Format.INTEGER_TO_FLOAT, 0xfff0707f, 0xf0000053, Family.FLOAT_MOVE),
  FMV_X_D("fmv.x.d", Format.FLOAT_TO_INTEGER, 0xfff0707f, 0xe2000053, Family.FLOAT_MOVE),
  FMV_D_X("fmv.d.x", Format.INTEGER_TO_FLOAT, 0xfff0707f, 0xf2000053, Family.FLOAT_MOVE),

  /** Anything that is not an instruction of the decoder's extensions. */
  ILLEGAL("illegal", Format.NONE, 0xffffffff, 0x00000000, Family.ILLEGAL),

  // Xcheri: reading a capability's fields
  CGETPERM(
      "cgetperm", Format.CAPABILITY_TO_INTEGER, 0xfff0707f, 0xfe00005b, Family.CAPABILITY_QUERY),
  CGETTYPE(
      "cgettype", Format.CAPABILITY_TO_INTEGER, 0xfff0707f, 0xfe10005b, Family.CAPABILITY_QUERY),
  CGETBASE(
      "cgetbase", Format.CAPABILITY_TO_INTEGER, 0xfff0707f, 0xfe20005b, Family.CAPABILITY_QUERY),
  CGETLEN("cgetlen", Format.CAPABILITY_TO_INTEGER, 0xfff0707f, 0xfe30005b, Family.CAPABILITY_QUERY),
  CGETTAG("cgettag", Format.CAPABILITY_TO_INTEGER, 0xfff0707f, 0xfe40005b, Family.CAPABILITY_QUERY),
  CGETSEALED(
      "cgetsealed", Format.CAPABILITY_TO_INTEGER, 0xfff0707f, 0xfe50005b, Family.CAPABILITY_QUERY),
  CGETOFFSET(
      "cgetoffset", Format.CAPABILITY_TO_INTEGER, 0xfff0707f, 0xfe60005b, Family.CAPABILITY_QUERY),
  CGETFLAGS(
      "cgetflags", Format.CAPABILITY_TO_INTEGER, 0xfff0707f, 0xfe70005b, Family.CAPABILITY_QUERY),
  CGETADDR(
      "cgetaddr", Format.CAPABILITY_TO_INTEGER, 0xfff0707f, 0xfef0005b, Family.CAPABILITY_QUERY),
  CGETHIGH(
      "cgethigh", Format.CAPABILITY_TO_INTEGER, 0xfff0707f, 0xff70005b, Family.CAPABILITY_QUERY),
  CRRL("crrl", Format.INTEGER_TO_INTEGER, 0xfff0707f, 0xfe80005b, Family.CAPABILITY_QUERY),
  CRAM("cram", Format.INTEGER_TO_INTEGER, 0xfff0707f, 0xfe90005b, Family.CAPABILITY_QUERY),
  CTOPTR("ctoptr", Format.CAPABILITIES_TO_INTEGER, 0xfe00707f, 0x2400005b, Family.CAPABILITY_QUERY),
  CSUB("csub", Format.CAPABILITIES_TO_INTEGER, 0xfe00707f, 0x2800005b, Family.CAPABILITY_QUERY),
  CTESTSUBSET(
      "ctestsubset",
      Format.CAPABILITIES_TO_INTEGER,
      0xfe00707f,
      0x4000005b,
      Family.CAPABILITY_QUERY),
  CSETEQUALEXACT(
      "csetequalexact",
      Format.CAPABILITIES_TO_INTEGER,
      0xfe00707f,
      0x4200005b,
      Family.CAPABILITY_QUERY),

  // Xcheri: making a capability from another
  CSETBOUNDS(
      "csetbounds",
      Format.CAPABILITY_AND_INTEGER,
      0xfe00707f,
      0x1000005b,
      Family.CAPABILITY_MODIFY),
  CSETBOUNDSEXACT(
      "csetboundsexact",
      Format.CAPABILITY_AND_INTEGER,
      0xfe00707f,
      0x1200005b,
      Family.CAPABILITY_MODIFY),
  CANDPERM(
      "candperm", Format.CAPABILITY_AND_INTEGER, 0xfe00707f, 0x1a00005b, Family.CAPABILITY_MODIFY),
  CSETFLAGS(
      "csetflags", Format.CAPABILITY_AND_INTEGER, 0xfe00707f, 0x1c00005b, Family.CAPABILITY_MODIFY),
  CSETOFFSET(
      "csetoffset",
      Format.CAPABILITY_AND_INTEGER,
      0xfe00707f,
      0x1e00005b,
      Family.CAPABILITY_MODIFY),
  CSETADDR(
      "csetaddr", Format.CAPABILITY_AND_INTEGER, 0xfe00707f, 0x2000005b, Family.CAPABILITY_MODIFY),
  CINCOFFSET(
      "cincoffset",
      Format.CAPABILITY_AND_INTEGER,
      0xfe00707f,
      0x2200005b,
      Family.CAPABILITY_MODIFY),
  CFROMPTR(
      "cfromptr", Format.CAPABILITY_AND_INTEGER, 0xfe00707f, 0x2600005b, Family.CAPABILITY_MODIFY),
  CSETHIGH(
      "csethigh", Format.CAPABILITY_AND_INTEGER, 0xfe00707f, 0x2c00005b, Family.CAPABILITY_MODIFY),
  CSEAL("cseal", Format.CAPABILITIES, 0xfe00707f, 0x1600005b, Family.CAPABILITY_MODIFY),
  CUNSEAL("cunseal", Format.CAPABILITIES, 0xfe00707f, 0x1800005b, Family.CAPABILITY_MODIFY),
  CBUILDCAP("cbuildcap", Format.CAPABILITIES, 0xfe00707f, 0x3a00005b, Family.CAPABILITY_MODIFY),
  CCOPYTYPE("ccopytype", Format.CAPABILITIES, 0xfe00707f, 0x3c00005b, Family.CAPABILITY_MODIFY),
  CCSEAL("ccseal", Format.CAPABILITIES, 0xfe00707f, 0x3e00005b, Family.CAPABILITY_MODIFY),
  CMOVE("cmove", Format.CAPABILITY, 0xfff0707f, 0xfea0005b, Family.CAPABILITY_MODIFY),
  CCLEARTAG("ccleartag", Format.CAPABILITY, 0xfff0707f, 0xfeb0005b, Family.CAPABILITY_MODIFY),
  CSEALENTRY("csealentry", Format.CAPABILITY, 0xfff0707f, 0xff10005b, Family.CAPABILITY_MODIFY),
  CINCOFFSETIMM(
      "cincoffset", Format.CAPABILITY_IMMEDIATE, 0x0000707f, 0x0000105b, Family.CAPABILITY_MODIFY),
  CSETBOUNDSIMM(
      "csetbounds", Format.CAPABILITY_UNSIGNED, 0x0000707f, 0x0000205b, Family.CAPABILITY_MODIFY),

  // Xcheri: control flow and special registers
  CSPECIALRW(
      "cspecialrw", Format.CAPABILITY_SPECIAL, 0xfe00707f, 0x0200005b, Family.CAPABILITY_SPECIAL),
  CINVOKE("cinvoke", Format.CAPABILITY_PAIR, 0xfe007fff, 0xfc0000db, Family.CAPABILITY_JUMP),
  JALR_CAP("jalr.cap", Format.CAPABILITY, 0xfff0707f, 0xfec0005b, Family.CAPABILITY_JUMP),
  JALR_PCC("jalr.pcc", Format.INTEGER_TO_INTEGER, 0xfff0707f, 0xff40005b, Family.CAPABILITY_JUMP),

  // Xcheri: memory
  LC("lc", Format.CAPABILITY_LOAD, 0x0000707f, 0x0000200f, Family.CAPABILITY_LOAD),
  SC("sc", Format.CAPABILITY_STORE, 0x0000707f, 0x00004023, Family.CAPABILITY_STORE),
  LR_C(
      "lr.c",
      Format.CAPABILITY_LOAD_RESERVED,
      0xf9f0707f,
      0x1000402f,
      Family.CAPABILITY_LOAD_RESERVED),
  SC_C(
      "sc.c",
      Format.CAPABILITY_ATOMIC,
      0xf800707f,
      0x1800402f,
      Family.CAPABILITY_STORE_CONDITIONAL),
  AMOSWAP_C(
      "amoswap.c", Format.CAPABILITY_ATOMIC, 0xf800707f, 0x0800402f, Family.CAPABILITY_ATOMIC),
  CLOADTAGS(
      "cloadtags", Format.CAPABILITY_TAGS, 0xfff0707f, 0xff20005b, Family.CAPABILITY_LOAD_TAGS),

  // Xcheri: memory with explicit authority, an integer address under DDC
  LB_DDC("lb.ddc", Format.LOAD_DDC, 0xfff0707f, 0xfa00005b, Family.EXPLICIT_LOAD),
  LH_DDC("lh.ddc", Format.LOAD_DDC, 0xfff0707f, 0xfa10005b, Family.EXPLICIT_LOAD),
  LW_DDC("lw.ddc", Format.LOAD_DDC, 0xfff0707f, 0xfa20005b, Family.EXPLICIT_LOAD),
  LD_DDC("ld.ddc", Format.LOAD_DDC, 0xfff0707f, 0xfa30005b, Family.EXPLICIT_LOAD),
  LBU_DDC("lbu.ddc", Format.LOAD_DDC, 0xfff0707f, 0xfa40005b, Family.EXPLICIT_LOAD),
  LHU_DDC("lhu.ddc", Format.LOAD_DDC, 0xfff0707f, 0xfa50005b, Family.EXPLICIT_LOAD),
  LWU_DDC("lwu.ddc", Format.LOAD_DDC, 0xfff0707f, 0xfa60005b, Family.EXPLICIT_LOAD),
  LC_DDC("lc.ddc", Format.LOAD_CAPABILITY_DDC, 0xfff0707f, 0xfb70005b, Family.EXPLICIT_LOAD),
  LR_B_DDC("lr.b.ddc", Format.LOAD_DDC, 0xfff0707f, 0xfb00005b, Family.EXPLICIT_LOAD_RESERVED),
  LR_H_DDC("lr.h.ddc", Format.LOAD_DDC, 0xfff0707f, 0xfb10005b, Family.EXPLICIT_LOAD_RESERVED),
  LR_W_DDC("lr.w.ddc", Format.LOAD_DDC, 0xfff0707f, 0xfb20005b, Family.EXPLICIT_LOAD_RESERVED),
  LR_D_DDC("lr.d.ddc", Format.LOAD_DDC, 0xfff0707f, 0xfb30005b, Family.EXPLICIT_LOAD_RESERVED),
  LR_C_DDC(
      "lr.c.ddc",
      Format.LOAD_CAPABILITY_DDC,
      0xfff0707f,
      0xfb40005b,
      Family.EXPLICIT_LOAD_RESERVED),
  SB_DDC("sb.ddc", Format.STORE_DDC, 0xfe007fff, 0xf800005b, Family.EXPLICIT_STORE),
  SH_DDC("sh.ddc", Format.STORE_DDC, 0xfe007fff, 0xf80000db, Family.EXPLICIT_STORE),
  SW_DDC("sw.ddc", Format.STORE_DDC, 0xfe007fff, 0xf800015b, Family.EXPLICIT_STORE),
  SD_DDC("sd.ddc", Format.STORE_DDC, 0xfe007fff, 0xf80001db, Family.EXPLICIT_STORE),
  SC_DDC("sc.ddc", Format.STORE_CAPABILITY_DDC, 0xfe007fff, 0xf800025b, Family.EXPLICIT_STORE),
  SC_B_DDC("sc.b.ddc", Format.STORE_DDC, 0xfe007fff, 0xf800085b, Family.EXPLICIT_STORE_CONDITIONAL),
  SC_H_DDC("sc.h.ddc", Format.STORE_DDC, 0xfe007fff, 0xf80008db, Family.EXPLICIT_STORE_CONDITIONAL),
  SC_W_DDC("sc.w.ddc", Format.STORE_DDC, 0xfe007fff, 0xf800095b, Family.EXPLICIT_STORE_CONDITIONAL),
  SC_D_DDC("sc.d.ddc", Format.STORE_DDC, 0xfe007fff, 0xf80009db, Family.EXPLICIT_STORE_CONDITIONAL),
  SC_C_DDC(
      "sc.c.ddc",
      Format.STORE_CAPABILITY_DDC,
      0xfe007fff,
      0xf8000a5b,
      Family.EXPLICIT_STORE_CONDITIONAL),

  // Xcheri: memory with explicit authority, a capability
  LB_CAP("lb.cap", Format.LOAD_CAPABILITY, 0xfff0707f, 0xfa80005b, Family.EXPLICIT_LOAD),
  LH_CAP("lh.cap", Format.LOAD_CAPABILITY, 0xfff0707f, 0xfa90005b, Family.EXPLICIT_LOAD),
  LW_CAP("lw.cap", Format.LOAD_CAPABILITY, 0xfff0707f, 0xfaa0005b, Family.EXPLICIT_LOAD),
  LD_CAP("ld.cap", Format.LOAD_CAPABILITY, 0xfff0707f, 0xfab0005b, Family.EXPLICIT_LOAD),
  LBU_CAP("lbu.cap", Format.LOAD_CAPABILITY, 0xfff0707f, 0xfac0005b, Family.EXPLICIT_LOAD),
  LHU_CAP("lhu.cap", Format.LOAD_CAPABILITY, 0xfff0707f, 0xfad0005b, Family.EXPLICIT_LOAD),
  LWU_CAP("lwu.cap", Format.LOAD_CAPABILITY, 0xfff0707f, 0xfae0005b, Family.EXPLICIT_LOAD),
  LC_CAP("lc.cap", Format.LOAD_CAPABILITY_CAPABILITY, 0xfff0707f, 0xfbf0005b, Family.EXPLICIT_LOAD),
  LR_B_CAP(
      "lr.b.cap", Format.LOAD_CAPABILITY, 0xfff0707f, 0xfb80005b, Family.EXPLICIT_LOAD_RESERVED),
  LR_H_CAP(
      "lr.h.cap", Format.LOAD_CAPABILITY, 0xfff0707f, 0xfb90005b, Family.EXPLICIT_LOAD_RESERVED),
  LR_W_CAP(
      "lr.w.cap", Format.LOAD_CAPABILITY, 0xfff0707f, 0xfba0005b, Family.EXPLICIT_LOAD_RESERVED),
  LR_D_CAP(
      "lr.d.cap", Format.LOAD_CAPABILITY, 0xfff0707f, 0xfbb0005b, Family.EXPLICIT_LOAD_RESERVED),
  LR_C_CAP(
      "lr.c.cap",
      Format.LOAD_CAPABILITY_CAPABILITY,
      0xfff0707f,
      0xfbc0005b,
      Family.EXPLICIT_LOAD_RESERVED),
  SB_CAP("sb.cap", Format.STORE_CAPABILITY, 0xfe007fff, 0xf800045b, Family.EXPLICIT_STORE),
  SH_CAP("sh.cap", Format.STORE_CAPABILITY, 0xfe007fff, 0xf80004db, Family.EXPLICIT_STORE),
  SW_CAP("sw.cap", Format.STORE_CAPABILITY, 0xfe007fff, 0xf800055b, Family.EXPLICIT_STORE),
  SD_CAP("sd.cap", Format.STORE_CAPABILITY, 0xfe007fff, 0xf80005db, Family.EXPLICIT_STORE),
  SC_CAP(
      "sc.cap", Format.STORE_CAPABILITY_CAPABILITY, 0xfe007fff, 0xf800065b, Family.EXPLICIT_STORE),
  SC_B_CAP(
      "sc.b.cap",
      Format.STORE_CAPABILITY,
      0xfe007fff,
      0xf8000c5b,
      Family.EXPLICIT_STORE_CONDITIONAL),
  SC_H_CAP(
      "sc.h.cap",
      Format.STORE_CAPABILITY,
      0xfe007fff,
      0xf8000cdb,
      Family.EXPLICIT_STORE_CONDITIONAL),
  SC_W_CAP(
      "sc.w.cap",
      Format.STORE_CAPABILITY,
      0xfe007fff,
      0xf8000d5b,
      Family.EXPLICIT_STORE_CONDITIONAL),
  SC_D_CAP(
      "sc.d.cap",
      Format.STORE_CAPABILITY,
      0xfe007fff,
      0xf8000ddb,
      Family.EXPLICIT_STORE_CONDITIONAL),
  SC_C_CAP(
      "sc.c.cap",
      Format.STORE_CAPABILITY_CAPABILITY,
      0xfe007fff,
      0xf8000e5b,
      Family.EXPLICIT_STORE_CONDITIONAL);

  private final String mnemonic;
  private final Format format;
  private final int mask;
  private final int match;
  private final Family family;
  private final Operation operation;

  Opcode(String mnemonic, Format format, int mask, int match, Family family) {
    this(mnemonic, format, mask, match, family, operation(mnemonic, format, family));
  }

  Opcode(String mnemonic, Format format, int mask, int match, Family family, Operation operation) {
    this.mnemonic = mnemonic;
    this.format = format;
    this.mask = mask;
    this.match = match;
    this.family = family;
    this.operation = operation;
  }

  private static Operation operation(String mnemonic, Format format, Family family) {
    return switch (family) {
      case FLOAT_ARITHMETIC,
          FLOAT_FUSED,
          FLOAT_SIGN,
          FLOAT_MINIMUM_MAXIMUM,
          FLOAT_COMPARE,
          FLOAT_CLASSIFY,
          FLOAT_CONVERT,
          FLOAT_MOVE ->
          Operation.floating(mnemonic, format);
      case LOAD_RESERVED, STORE_CONDITIONAL, ATOMIC -> Operation.atomic(mnemonic, format);
      default -> null;
    };
  }

  /** The name in assembly text, without the ordering suffix of atomics. */
  public String mnemonic() {
    return mnemonic;
  }

  /** The operands and the immediate's encoding. */
  public Format format() {
    return format;
  }

  /** The bits of a 32-bit instruction that identify it. */
  public int mask() {
    return mask;
  }

  /** The value of the identifying bits: {@code (bits & mask()) == match()}. */
  public int match() {
    return match;
  }

  public Family family() {
    return family;
  }

  /**
   * The method that defines what the instruction computes from its source operands, or a branch's
   * condition, or does to memory atomically; null for plain loads and stores, LUI, AUIPC, jumps,
   * fences, CSRs and system. Immediate forms share the operation of the register form.
   */
  public Operation operation() {
    return operation;
  }
}
