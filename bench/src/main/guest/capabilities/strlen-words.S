# The length of a string of 64 KiB, eight bytes at a time, 2500 times.
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
        li      a5, 2500
        li      a6, 0x0101010101010101
        li      a7, 0x8080808080808080
        li      a0, 0
round:  pmove   t0, a1
2:      ld      t1, 0(t0)
        sub     t2, t1, a6
        not     t1, t1
        and     t2, t2, t1
        and     t2, t2, a7
        paddi   t0, t0, 8
        beqz    t2, 2b
        paddi   t0, t0, -8
3:      lbu     t1, 0(t0)
        paddi   t0, t0, 1
        bnez    t1, 3b
        sub     t0, t0, a1
        add     a0, a0, t0
        addi    a5, a5, -1
        bnez    a5, round
        jalr    zero, 0(ra)
        .bss
        .balign 4096
string: .space  SIZE
