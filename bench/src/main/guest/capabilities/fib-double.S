# Recursion in floating point: the 25th Fibonacci number.
#include "harness.inc"
kernel: paddi   sp, sp, -FRAME
        pstore  ra, 0, sp
        li      t0, 25
        fcvt.d.l fa0, t0
        li      t0, 2
        fcvt.d.l fs2, t0
        li      t0, 1
        fcvt.d.l fs3, t0
        jal     ra, fib
        fmv.x.d a0, fa0
        pload   ra, 0, sp
        paddi   sp, sp, FRAME
        jalr    zero, 0(ra)

fib:    flt.d   t0, fa0, fs2
        bnez    t0, 1f
        paddi   sp, sp, -FRAME
        pstore  ra, 0, sp
        fsd     fs0, 2 * POINTER(sp)
        fsd     fs1, 2 * POINTER + 8(sp)
        fmv.d   fs0, fa0
        fsub.d  fa0, fa0, fs3
        jal     ra, fib
        fmv.d   fs1, fa0
        fsub.d  fa0, fs0, fs2
        jal     ra, fib
        fadd.d  fa0, fa0, fs1
        fld     fs0, 2 * POINTER(sp)
        fld     fs1, 2 * POINTER + 8(sp)
        pload   ra, 0, sp
        paddi   sp, sp, FRAME
1:      jalr    zero, 0(ra)
