# Two million calls of one function through a pointer in memory.
#include "harness.inc"
kernel: paddi   sp, sp, -FRAME
        pstore  ra, 0, sp
        pdata   s2, table, POINTER
        pcode   t0, mix
        pstore  t0, 0, s2
        li      s0, 0
        li      s1, 2000000
        li      a0, 1
1:      pload   t0, 0, s2
        mv      a1, s0
        jalr    ra, 0(t0)
        addi    s0, s0, 1
        bltu    s0, s1, 1b
        pload   ra, 0, sp
        paddi   sp, sp, FRAME
        jalr    zero, 0(ra)

# a0 := a function of a0 and a1
mix:    srli    t0, a0, 29
        xor     a0, a0, t0
        slli    a1, a1, 7
        add     a0, a0, a1
        jalr    zero, 0(ra)
        .bss
        .balign 4096
table:  .space  POINTER
