# The product of two matrices of 200 * 200 doubles.
#include "harness.inc"
        .equ    N, 200
        .equ    SIZE, 8 * N * N
kernel: pdata   a2, left, SIZE
        pdata   a3, right, SIZE
        pdata   a4, product, SIZE
        li      t0, 0
        li      t1, N * N
        pmove   t2, a2
        pmove   t3, a3
1:      andi    t4, t0, 15
        fcvt.d.l fa0, t4
        fsd     fa0, 0(t2)
        andi    t4, t0, 7
        fcvt.d.l fa0, t4
        fsd     fa0, 0(t3)
        paddi   t2, t2, 8
        paddi   t3, t3, 8
        addi    t0, t0, 1
        bne     t0, t1, 1b
        li      a5, N                   # rows left
        li      t4, 8 * N
        pmove   a7, a4
row:    li      a6, N                   # columns left
        pmove   t0, a3
column: fmv.d.x fa0, zero
        pmove   t1, a2
        pmove   t2, t0
        li      t3, N
2:      fld     fa1, 0(t1)
        fld     fa2, 0(t2)
        fmul.d  fa1, fa1, fa2
        fadd.d  fa0, fa0, fa1
        paddi   t1, t1, 8
        padd    t2, t2, t4
        addi    t3, t3, -1
        bnez    t3, 2b
        fsd     fa0, 0(a7)
        paddi   a7, a7, 8
        paddi   t0, t0, 8
        addi    a6, a6, -1
        bnez    a6, column
        padd    a2, a2, t4
        addi    a5, a5, -1
        bnez    a5, row
        li      a0, 0
        li      t1, N * N
3:      ld      t2, 0(a4)
        xor     a0, a0, t2
        slli    t2, a0, 7
        add     a0, a0, t2
        paddi   a4, a4, 8
        addi    t1, t1, -1
        bnez    t1, 3b
        jalr    zero, 0(ra)
        .bss
        .balign 4096
left:   .space  SIZE
        .balign 4096
right:  .space  SIZE
        .balign 4096
product: .space SIZE
