# Recursive sorting of 2^17 words.
#include "harness.inc"
        .equ    N, 1 << 17
kernel: paddi   sp, sp, -FRAME
        pstore  ra, 0, sp
        pdata   a2, words, 4 * N
        li      a4, 0x5a3e39cb94b95bdb
        li      t0, N
        pmove   t1, a2
1:      random  t2, a4
        sw      t2, 0(t1)
        paddi   t1, t1, 4
        addi    t0, t0, -1
        bnez    t0, 1b
        li      a0, 0
        li      a1, N - 1
        jal     ra, sort
        pdata   a2, words, 4 * N
        li      a0, 0
        li      t0, N
2:      lwu     t1, 0(a2)
        slli    t2, a0, 5
        sub     a0, t2, a0
        add     a0, a0, t1
        paddi   a2, a2, 4
        addi    t0, t0, -1
        bnez    t0, 2b
        pload   ra, 0, sp
        paddi   sp, sp, FRAME
        jalr    zero, 0(ra)

# Sorts the words a0 to a1, signed indices, of a2; keeps a2.
sort:   bge     a0, a1, done
        paddi   sp, sp, -FRAME
        pstore  ra, 0, sp
        add     t0, a0, a1
        srai    t0, t0, 1
        slli    t0, t0, 2
        padd    t0, a2, t0
        lw      t0, 0(t0)               # the pivot
        mv      t1, a0
        mv      t2, a1
3:      slli    t3, t1, 2
        padd    t3, a2, t3
        lw      t4, 0(t3)
        bge     t4, t0, 4f
        addi    t1, t1, 1
        j       3b
4:      slli    t5, t2, 2
        padd    t5, a2, t5
        lw      t6, 0(t5)
        bge     t0, t6, 5f
        addi    t2, t2, -1
        j       4b
5:      blt     t2, t1, 6f
        sw      t6, 0(t3)
        sw      t4, 0(t5)
        addi    t1, t1, 1
        addi    t2, t2, -1
        bge     t2, t1, 3b
6:      sd      t1, 2 * POINTER(sp)
        sd      a1, 2 * POINTER + 8(sp)
        mv      a1, t2
        jal     ra, sort
        ld      a0, 2 * POINTER(sp)
        ld      a1, 2 * POINTER + 8(sp)
        jal     ra, sort
        pload   ra, 0, sp
        paddi   sp, sp, FRAME
done:   jalr    zero, 0(ra)
        .bss
        .balign 4096
words:  .space  4 * N
