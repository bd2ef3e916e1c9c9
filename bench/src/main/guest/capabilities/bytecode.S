# An interpreter of six instructions: a switch by a table of code addresses.
#include "harness.inc"
        .equ    CODES, 256
kernel: pdata   a2, table, 8 * POINTER
        .macro  entry index, label
        pcode   t0, \label
        pstore  t0, \index * POINTER, a2
        .endm
        entry   0, add_one
        entry   1, double
        entry   2, exclusive
        entry   3, subtract
        entry   4, rotate
        entry   5, next_round
        pdata   a1, codes, CODES
        pmove   t0, a1
        li      a4, 0x63c49e6748fea9b
        li      t1, CODES - 1
1:      random  t2, a4
        srli    t2, t2, 33
        li      t3, 5
        remu    t2, t2, t3
        sb      t2, 0(t0)
        paddi   t0, t0, 1
        addi    t1, t1, -1
        bnez    t1, 1b
        li      t2, 5
        sb      t2, 0(t0)
        li      a5, 6000
        li      a0, 1
        pmove   a3, a1
        li      a7, POINTER
        .macro  dispatch
        lbu     t0, 0(a3)
        paddi   a3, a3, 1
        mul     t0, t0, a7
        padd    t0, a2, t0
        pload   t0, 0, t0
        jalr    zero, 0(t0)
        .endm
        dispatch
add_one: addi   a0, a0, 1
        dispatch
double: slli    a0, a0, 1
        dispatch
exclusive: srli t1, a0, 3
        xor     a0, a0, t1
        dispatch
subtract: sub   a0, a0, a5
        dispatch
rotate: slli    t1, a0, 13
        srli    a0, a0, 51
        or      a0, a0, t1
        dispatch
next_round: pmove a3, a1
        addi    a5, a5, -1
        beqz    a5, 2f
        dispatch
2:      jalr    zero, 0(ra)
        .bss
        .balign 4096
table:  .space  8 * POINTER
codes:  .space  CODES
