# Recursion: the 27th Fibonacci number.
#include "harness.inc"
kernel: paddi   sp, sp, -FRAME
        pstore  ra, 0, sp
        li      a0, 27
        jal     ra, fib
        pload   ra, 0, sp
        paddi   sp, sp, FRAME
        jalr    zero, 0(ra)

fib:    li      t0, 2
        bltu    a0, t0, 1f
        paddi   sp, sp, -FRAME
        pstore  ra, 0, sp
        sd      s0, 2 * POINTER(sp)
        sd      s1, 2 * POINTER + 8(sp)
        mv      s0, a0
        addi    a0, a0, -1
        jal     ra, fib
        mv      s1, a0
        addi    a0, s0, -2
        jal     ra, fib
        add     a0, a0, s1
        ld      s0, 2 * POINTER(sp)
        ld      s1, 2 * POINTER + 8(sp)
        pload   ra, 0, sp
        paddi   sp, sp, FRAME
1:      jalr    zero, 0(ra)
