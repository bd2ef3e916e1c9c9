# All pointers are capabilities: lists, frames, calls, and a compartment. Starts with the stack in
# csp, all of memory in ca0, and what it may seal with in ca1. Ends with the number of the check that failed, or with 0.
        .include "xcheri.inc"
        .option norvc

        .macro require number, register, value
        li      t6, \value
        li      a0, \number
        bne     \register, t6, fail
        .endm

        .globl  _start
_start:
        cmove   cs0, ca0
        cmove   cs9, ca1
        # A list of 500 nodes, the next node at 0 and a value at 16, each with bounds of its own.
        lla     t0, heap        # an integer: additions make one of what AUIPC gives
        csetaddr cs1, cs0, t0
        li      s2, 500
        cmove   cs3, cnull
1:      csetboundsimm ct1, cs1, 32
        sc      cs3, 0, ct1
        sd      s2, 16(t1)
        cmove   cs3, ct1
        cincoffsetimm cs1, cs1, 32
        addi    s2, s2, -1
        bnez    s2, 1b
        # Its sum, ten times.
        li      s5, 10
        li      s6, 0
2:      cmove   ct1, cs3
3:      ld      t2, 16(t1)
        add     s6, s6, t2
        lc      ct1, 0, ct1
        cgettag t2, ct1
        bnez    t2, 3b
        addi    s5, s5, -1
        bnez    s5, 2b
        require 1, s6, 1252500

        # Calls link with sentries, whose addresses cannot be changed.
        li      a1, 15
        jal     ra, fibonacci
        require 2, a1, 610
        jal     ra, link
link:   cgettype t1, cra
        require 3, t1, -2
        cincoffsetimm ct1, cra, 4
        cgettag t1, ct1
        require 4, t1, 0

        # A compartment: a sealed pair of code and a counter, invoked 300 times.
        li      t1, 42
        csetaddr ct0, cs9, t1
        csetboundsimm ct0, ct0, 1
        cspecialrw cs7, pcc, cnull
        lla     t1, compartment
        csetaddr cs7, cs7, t1
        cseal   cs7, cs7, ct0
        lla     t1, counter
        csetaddr cs8, cs0, t1
        csetboundsimm cs8, cs8, 8
        cmove   cs10, cs8
        cseal   cs8, cs8, ct0
        cspecialrw cs9, pcc, cnull
        lla     t1, back
        csetaddr cs9, cs9, t1
        csealentry cs9, cs9
        li      s5, 300
4:      cinvoke cs7, cs8
back:   addi    s5, s5, -1
        bnez    s5, 4b
        ld      t1, 0(s10)
        require 5, t1, 300

        # Atomics through capabilities.
        li      t1, 5
        amoadd.d t2, t1, (s10)
        require 6, t2, 300
        lla     t1, heap
        csetaddr ct1, cs0, t1
        amoswap.c ct2, cs0, ct1
        lc      ct3, 0, ct1
        csetequalexact t3, ct3, cs0
        require 7, t3, 1
        cloadtags t3, ct1
        andi    t3, t3, 1
        require 8, t3, 1

        lla     t0, text
        csetaddr ca0, cs0, t0
        csetboundsimm ca0, ca0, 8
        li      a1, 8
        li      t5, 1           # print
        ecall
        mv      a1, a0
        require 9, a1, 8
        # A byte more than the capability has is refused.
        lla     t0, text
        csetaddr ca0, cs0, t0
        csetboundsimm ca0, ca0, 8
        li      a1, 9
        ecall
        mv      a1, a0
        require 10, a1, -14
        li      a0, 0
fail:   li      t5, 13          # thread_exit
        ecall

# a1 := fibonacci(a1)
fibonacci:
        li      t1, 2
        bltu    a1, t1, 1f
        cincoffsetimm csp, csp, -48
        sc      cra, 0, csp
        sd      s2, 16(sp)
        sd      s4, 24(sp)
        mv      s2, a1
        addi    a1, a1, -1
        jal     ra, fibonacci
        mv      s4, a1
        addi    a1, s2, -2
        jal     ra, fibonacci
        add     a1, a1, s4
        lc      cra, 0, csp
        ld      s2, 16(sp)
        ld      s4, 24(sp)
        cincoffsetimm csp, csp, 48
1:      jalr    zero, 0(ra)

# The data capability is in ct6.
compartment:
        ld      t1, 0(t6)
        addi    t1, t1, 1
        sd      t1, 0(t6)
        jalr    zero, 0(s9)

        .section .rodata
text:   .ascii  "pure ok\nx"
        .bss
        .balign 64              # CLoadTags
counter: .space 64
heap:   .space  16384
