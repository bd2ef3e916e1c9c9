# A switch of 256 cases in one function, too large for one JVM method, a million times.
#include "harness.inc"
        .equ    CASES, 256
        .equ    CASE, 64                # bytes of each
kernel: pdata   a2, table, CASES * POINTER
        pmove   t1, a2
        li      t2, CASES
        lla     t4, cases
1:
#ifdef PURE
        cspecialrw t0, pcc, zero
        csetaddr t0, t0, t4
        csealentry t0, t0
#else
        mv      t0, t4
#endif
        pstore  t0, 0, t1
        paddi   t1, t1, POINTER
        addi    t4, t4, CASE
        addi    t2, t2, -1
        bnez    t2, 1b
        li      a5, 1000000
        li      a0, 1
        li      a7, POINTER
        .balign CASE
cases:
        .set    k, 0
        .rept   CASES
        xori    a0, a0, 7 * k
        addi    a0, a0, k
        slli    t1, a0, 1 + (k & 31)
        xor     a0, a0, t1
        addi    a5, a5, -1
        bnez    a5, . + 8
        j       2f
        srli    t0, a0, 5
        xor     t0, t0, a5
        andi    t0, t0, CASES - 1
        mul     t0, t0, a7
        padd    t0, a2, t0
        pload   t0, 0, t0
        jalr    zero, 0(t0)
        .balign CASE
        .set    k, k + 1
        .endr
2:      jalr    zero, 0(ra)
        .bss
        .balign 4096
table:  .space  CASES * POINTER
