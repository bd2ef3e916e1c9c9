# 500,000 look-ups in a table with linear probing, by a function.
#include "harness.inc"
        .equ    SLOTS, 1 << 13
kernel: paddi   sp, sp, -FRAME
        pstore  ra, 0, sp
        pdata   s2, table, 16 * SLOTS
        pmove   t0, s2
        li      t1, 2 * SLOTS
1:      sd      zero, 0(t0)
        paddi   t0, t0, 8
        addi    t1, t1, -1
        bnez    t1, 1b
        li      s1, 0x106689d45497fdb5
        li      s0, 5000
2:      random  t0, s1
        srli    t0, t0, 50
        addi    a1, t0, 1
        jal     ra, slot
        sd      a1, 0(a3)
        sd      s0, 8(a3)
        addi    s0, s0, -1
        bnez    s0, 2b
        li      s0, 500000
        li      s3, 0
3:      random  t0, s1
        srli    t0, t0, 50
        addi    a1, t0, 1
        jal     ra, slot
        ld      t1, 8(a3)
        slli    t2, s3, 5
        sub     s3, t2, s3
        add     s3, s3, t1
        addi    s0, s0, -1
        bnez    s0, 3b
        mv      a0, s3
        pload   ra, 0, sp
        paddi   sp, sp, FRAME
        jalr    zero, 0(ra)

# a3 := the slot of key a1, or the free one where it would be
slot:   srli    t0, a1, 33
        xor     t0, t0, a1
        li      t1, 0x7f51afd7ed558ccd
        mul     t0, t0, t1
        srli    t1, t0, 33
        xor     t0, t0, t1
        li      t2, SLOTS - 1
4:      and     t0, t0, t2
        slli    t1, t0, 4
        padd    a3, s2, t1
        ld      t1, 0(a3)
        beqz    t1, 5f
        beq     t1, a1, 5f
        addi    t0, t0, 1
        j       4b
5:      jalr    zero, 0(ra)
        .bss
        .balign 4096
table:  .space  16 * SLOTS
