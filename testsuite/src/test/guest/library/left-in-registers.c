/*
 * Functions that break the calling convention, and one that looks at what they leave: in the
 * program, and once more in a library that is loaded when the program's code is hot.
 */
#include <stdint.h>

/* Registers that the ABI gives to callees: t0 to t5, a0 to a7, ft0 to ft7, fa0 to fa7. */
enum { LEFT = 30 };

typedef void function(void);
void observe(function *callee, uint64_t argument, uint64_t *left);
void changes_some(void), changes_none(void), takes_temporaries(void), jumps_on(void),
    calls_twice(void), counts(void), copies(void), returns_float(void), calls_near(void);

static function *const callees[] = {changes_some, changes_none, takes_temporaries, jumps_on,
    calls_twice, counts, copies, returns_float, calls_near};

function *const *library_callees(void) { return callees; }
void library_observe(function *callee, uint64_t argument, uint64_t *left) {
  observe(callee, argument, left);
}

#define FUNCTION(name) ".globl " #name "\n.hidden " #name "\n.type " #name ", @function\n" #name ":\n"
#define END(name) ".size " #name ", .-" #name "\n"
#define ENTER "  addi sp, sp, -16\n  sd ra, 8(sp)\n"
#define LEAVE "  ld ra, 8(sp)\n  addi sp, sp, 16\n  ret\n"

/* All of them have values when the call happens, and are read behind it. */
__asm__(
    ".text\n"
    FUNCTION(observe)
    "  addi sp, sp, -16\n  sd ra, 8(sp)\n  sd s0, 0(sp)\n"
    "  mv s0, a2\n  mv t6, a0\n  mv a0, a1\n"
    "  li t0, 0x205\n  li t1, 0x206\n  addi t2, a1, 7\n  addi t3, a1, 28\n  slli t4, a1, 3\n"
    "  li t5, 0x21e\n  li a1, 0x20b\n  xori a2, a0, 12\n  li a3, 0x20d\n  addi a4, a0, 14\n"
    "  li a5, 0x20f\n  addiw a6, a0, 16\n  li a7, 0x211\n"
    "  fcvt.d.l ft0, t0\n  fcvt.d.l ft1, t1\n  fcvt.s.l ft2, t2\n  fcvt.d.l ft3, t3\n"
    "  fcvt.s.l ft4, t4\n  fcvt.d.l ft5, t5\n  fmv.d.x ft6, t1\n  fmv.d.x ft7, t2\n"
    "  fcvt.d.l fa0, a0\n  fcvt.d.l fa1, a1\n  fcvt.d.l fa2, a2\n  fcvt.d.l fa3, a3\n"
    "  fcvt.s.l fa4, a4\n  fcvt.d.l fa5, a5\n  fcvt.d.l fa6, a6\n  fcvt.d.l fa7, a7\n"
    "  jalr t6\n"
    "  sd t0, 0(s0)\n  sd t1, 8(s0)\n  sd t2, 16(s0)\n  sd t3, 24(s0)\n  sd t4, 32(s0)\n"
    "  sd t5, 40(s0)\n  sd a0, 48(s0)\n  sd a1, 56(s0)\n  sd a2, 64(s0)\n  sd a3, 72(s0)\n"
    "  sd a4, 80(s0)\n  sd a5, 88(s0)\n  sd a6, 96(s0)\n  sd a7, 104(s0)\n"
    "  fsd ft0, 112(s0)\n  fsd ft1, 120(s0)\n  fsd ft2, 128(s0)\n  fsd ft3, 136(s0)\n"
    "  fsd ft4, 144(s0)\n  fsd ft5, 152(s0)\n  fsd ft6, 160(s0)\n  fsd ft7, 168(s0)\n"
    "  fsd fa0, 176(s0)\n  fsd fa1, 184(s0)\n  fsd fa2, 192(s0)\n  fsd fa3, 200(s0)\n"
    "  fsd fa4, 208(s0)\n  fsd fa5, 216(s0)\n  fsd fa6, 224(s0)\n  fsd fa7, 232(s0)\n"
    "  ld ra, 8(sp)\n  ld s0, 0(sp)\n  addi sp, sp, 16\n  ret\n"
    END(observe)
    FUNCTION(changes_some)
    "  li t3, 7\n  andi t4, a0, 1\n  beqz t4, 1f\n  addi a2, a2, 5\n  addiw t0, a0, 100\n"
    "  fadd.d ft3, ft3, fa0\n  fadd.s ft4, ft4, ft4\n"
    "1: ret\n"
    END(changes_some)
    FUNCTION(changes_none)
    "  ret\n"
    END(changes_none)
    FUNCTION(takes_temporaries)
    "  add a0, t3, t5\n  fadd.d fa0, ft0, ft1\n  li t3, 0\n  ret\n"
    END(takes_temporaries)
    FUNCTION(jumps_on)
    "  addi t1, a0, 1000\n  slli a6, a0, 2\n  lla t4, takes_temporaries\n  jr t4\n"
    END(jumps_on)
    /* What the first callee leaves, and what was there before it, the second one reads. */
    FUNCTION(calls_twice)
    ENTER
    "  addi a5, a0, 55\n  lla t4, changes_some\n  jalr t4\n"
    "  lla t4, takes_temporaries\n  jalr t4\n"
    LEAVE
    END(calls_twice)
    FUNCTION(counts)
    "  andi t0, a0, 31\n  li t1, 0\n  fmv.d.x ft5, x0\n"
    "1: addi t1, t1, 3\n  xor t2, t1, t0\n  fadd.d ft5, ft5, fa0\n  addi t0, t0, -1\n  bgtz t0, 1b\n  ret\n"
    END(counts)
    FUNCTION(copies)
    ENTER
    "  addi sp, sp, -128\n  mv t0, sp\n  addi t1, sp, 64\n  sd a0, 0(sp)\n  sd a3, 8(sp)\n  sd a5, 16(sp)\n  sd a7, 24(sp)\n  sd a1, 32(sp)\n"
    "1: ld t3, 0(t0)\n  sd t3, 64(t0)\n  mv t2, t3\n  addi t0, t0, 8\n  addi t5, t0, -40\n  bne t5, sp, 1b\n"
    "  sub t0, t0, sp\n  sub t1, t1, sp\n  sub t5, t5, sp\n  addi sp, sp, 128\n"
    LEAVE
    END(copies)
    FUNCTION(returns_float)
    "  fadd.d fa0, fa1, fa2\n  fsub.d fa3, fa0, fa1\n  fcvt.l.d a4, fa3, rtz\n  ret\n"
    END(returns_float)
    /* Through a direct call, and a jump to a function that changes none of it. */
    FUNCTION(calls_near)
    ENTER
    "  slli a7, a0, 5\n  call counts\n  addi a1, t2, 3\n  addi a2, t1, 4\n"
    "  ld ra, 8(sp)\n  addi sp, sp, 16\n  j takes_temporaries\n"
    END(calls_near));
