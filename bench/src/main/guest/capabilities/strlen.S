# The length of a string of 64 KiB, 400 times.
#include "harness.inc"
        .equ    SIZE, 1 << 16
kernel: pdata   a1, string, SIZE
        pmove   t0, a1
        li      t1, SIZE - 1
        li      t2, 'x'
1:      sb      t2, 0(t0)
        paddi   t0, t0, 1
        addi    t1, t1, -1
        bnez    t1, 1b
        sb      zero, 0(t0)
        li      a5, 400
        li      a0, 0
round:  pmove   t0, a1
2:      lbu     t1, 0(t0)
        paddi   t0, t0, 1
        bnez    t1, 2b
        sub     t0, t0, a1
        add     a0, a0, t0
        addi    a5, a5, -1
        bnez    a5, round
        jalr    zero, 0(ra)
        .bss
        .balign 4096
string: .space  SIZE
