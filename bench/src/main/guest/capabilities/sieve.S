# The primes below 2^20, ten times.
#include "harness.inc"
        .equ    N, 1 << 20
kernel: li      a0, 0
        li      a1, 10
rounds: pdata   a2, composite, N
        pmove   t0, a2
        li      t1, N
1:      sb      zero, 0(t0)
        paddi   t0, t0, 1
        addi    t1, t1, -1
        bnez    t1, 1b
        li      a3, 2                   # the candidate
        li      a5, N
        li      t3, 1
2:      padd    t0, a2, a3
        lbu     t1, 0(t0)
        bnez    t1, 4f
        add     a0, a0, a3
        mul     t1, a3, a3
        bgeu    t1, a5, 4f
3:      padd    t0, a2, t1
        sb      t3, 0(t0)
        add     t1, t1, a3
        bltu    t1, a5, 3b
4:      addi    a3, a3, 1
        bltu    a3, a5, 2b
        addi    a1, a1, -1
        bnez    a1, rounds
        jalr    zero, 0(ra)
        .bss
        .balign 64
composite: .space N
