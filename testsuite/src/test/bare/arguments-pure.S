# Prints its first argument, as long as the bounds of its capability say.
        .include "xcheri.inc"
        .option norvc

        .globl  _start
_start: ld      s0, 0(sp)
        lc      ca0, 32, csp
        cgetlen a1, ca0
        addi    a1, a1, -1
        li      t5, 1
        ecall
        # Behind argv is NULL, then an environment, which is not empty.
        lc      ct0, 48, csp
        cgettag t1, ct0
        bnez    t1, fail
        lc      ct0, 64, csp
        cgettag t1, ct0
        beqz    t1, fail
        mv      a0, s0
        li      t5, 13
        ecall
fail:   li      a0, 99
        li      t5, 13
        ecall
