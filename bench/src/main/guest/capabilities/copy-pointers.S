# An array of 4096 pointers copied 1000 times.
#include "harness.inc"
        .equ    N, 4096
kernel: pdata   a1, source, N * POINTER
        pmove   t0, a1
        li      t1, N
1:      pbound  t2, t0, POINTER
        pstore  t2, 0, t0
        paddi   t0, t0, POINTER
        addi    t1, t1, -1
        bnez    t1, 1b
        pdata   a2, target, N * POINTER
        li      a5, 1000
        li      a0, 0
round:  pmove   t0, a2
        pmove   t1, a1
        li      t2, N
2:      pload   t3, 0, t1
        pstore  t3, 0, t0
        paddi   t1, t1, POINTER
        paddi   t0, t0, POINTER
        addi    t2, t2, -1
        bnez    t2, 2b
        li      t3, POINTER             # The index of the pointer that was copied to a place.
        mul     t1, t3, a5
        padd    t1, a2, t1
        pload   t2, 0, t1
        sub     t2, t2, a1
        divu    t2, t2, t3
        add     a0, a0, t2
        addi    a5, a5, -1
        bnez    a5, round
        jalr    zero, 0(ra)
        .bss
        .balign 4096
source: .space  N * POINTER
        .balign 4096
target: .space  N * POINTER
