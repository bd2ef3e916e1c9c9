# A million calls through a table of eight functions.
#include "harness.inc"
kernel: paddi   sp, sp, -FRAME
        pstore  ra, 0, sp
        pdata   s2, table, 8 * POINTER
        .macro  entry index, function
        pcode   t0, \function
        pstore  t0, \index * POINTER, s2
        .endm
        entry   0, sum
        entry   1, difference
        entry   2, product
        entry   3, exclusive
        entry   4, rotation
        entry   5, shift
        entry   6, least
        entry   7, mix
        li      s0, 0
        li      s1, 1000000
        li      a0, 1
1:      srli    t0, s0, 3
        xor     t0, t0, s0
        andi    t0, t0, 7
        li      t1, POINTER
        mul     t0, t0, t1
        padd    t0, s2, t0
        pload   t0, 0, t0
        mv      a1, s0
        jalr    ra, 0(t0)
        addi    s0, s0, 1
        bltu    s0, s1, 1b
        pload   ra, 0, sp
        paddi   sp, sp, FRAME
        jalr    zero, 0(ra)

# a0 := a function of a0 and a1
sum:    add     a0, a0, a1
        jalr    zero, 0(ra)
difference: sub a0, a0, a1
        jalr    zero, 0(ra)
product: ori    a1, a1, 1
        mul     a0, a0, a1
        jalr    zero, 0(ra)
exclusive: xor  a0, a0, a1
        jalr    zero, 0(ra)
rotation: slli  t0, a0, 7
        srli    a0, a0, 57
        or      a0, a0, t0
        jalr    zero, 0(ra)
shift:  srli    a0, a0, 3
        add     a0, a0, a1
        jalr    zero, 0(ra)
least:  bltu    a0, a1, 1f
        add     a0, a0, a1
1:      jalr    zero, 0(ra)
mix:    srli    t0, a0, 29
        xor     a0, a0, t0
        slli    a1, a1, 7
        add     a0, a0, a1
        jalr    zero, 0(ra)
        .bss
        .balign 4096
table:  .space  8 * POINTER
