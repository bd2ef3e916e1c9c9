# Makes the hostcalls that a test has put into its memory, and keeps what each of them gave back. With
# -DCAPABILITIES arguments are capabilities, with -DPURE all pointers are; with -DGATE it calls by CInvoke,
# with -DGIVEN by what the test has put behind the arguments instead of the pairs of its store.
# HostcallExecutor has the layout.
#ifdef CAPABILITIES
        .include "xcheri.inc"
#define ARGUMENT(n) lc ca##n, (32 + 16 * n), s0
#else
#define ARGUMENT(n) ld a##n, 32 + 16 * n(s0)
#endif
#ifdef PURE
#define NEXT cincoffsetimm cs0, cs0, 256
#else
#define NEXT addi s0, s0, 256
#endif
        .option norvc
        .globl  _start
_start:
        ld      t3, 0(tp)
        li      t0, 0x400000
#ifdef PURE
        csetaddr cs0, ca0, t0
        csetaddr cs11, ca0, t3
#else
        mv      s0, t0
        mv      s11, t3
#endif
wait:   lw      t0, 0(s0)
        beqz    t0, wait
        fence
        ld      s1, 8(s0)
        li      s2, 0x2222
        li      s5, 0x5555
        li      s6, 0x6666
        li      s7, 0x7777
        li      s8, 0x8888
        li      s9, 0x9999
        mv      s10, sp
next:   NEXT
        beqz    s1, end
        ARGUMENT(0)
        ARGUMENT(1)
        ARGUMENT(2)
        ARGUMENT(3)
        ARGUMENT(4)
        ARGUMENT(5)
        ARGUMENT(6)
        ARGUMENT(7)
        ld      t5, 0(s0)
#ifdef GIVEN
        lc      cs3, 160, s0
        lc      cs4, 176, s0
        lc      ct0, 192, s0
        lc      ct1, 208, s0
        lc      ct2, 224, s0
        cinvoke cs3, cs4
#elif defined GATE
        lc      cs3, 48, s11
        lc      cs4, 64, s11
        lc      ct2, 32, s11
        lc      ct0, 176, s11
        lc      ct1, 192, s11
        cinvoke cs3, cs4
#else
        ecall
#endif
        .globl  ret_from_monitor
ret_from_monitor:
        sd      a0, 16(s0)
        # What a call must keep, all together.
        li      t0, 0x2222 ^ 0x5555 ^ 0x6666 ^ 0x7777 ^ 0x8888 ^ 0x9999
        xor     t0, t0, s2
        xor     t0, t0, s5
        xor     t0, t0, s6
        xor     t0, t0, s7
        xor     t0, t0, s8
        xor     t0, t0, s9
        sub     t1, sp, s10
        or      t0, t0, t1
        sd      t0, 24(s0)
        addi    s1, s1, -1
        j       next
end:    li      a0, 0
        li      t5, 13                  # thread_exit
        ecall
