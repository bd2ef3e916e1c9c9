# Hostcalls by CInvoke in capability mode. All of memory is in ca0, what to seal with in ca1.
        .include "xcheri.inc"
        .option norvc

        .macro require number, register, value
        li      t6, \value
        li      s1, \number
        bne     \register, t6, fail
        .endm

        .globl  _start
_start:
        cmove   cs0, ca0
        # The store's page, which the thread pointer names.
        ld      t3, 0(tp)
        csetaddr cs11, cs0, t3

        # Often enough to be translated.
        li      s10, 1000
1:      li      t5, 25
        jal     ra, c_out
        blez    a0, fail
        addi    s10, s10, -1
        bnez    s10, 1b
        # A pointer is a capability, and covers what is printed.
        lla     t0, text
        csetaddr ca0, cs0, t0
        csetboundsimm ca0, ca0, 5
        cmove   cs9, ca0
        li      a1, 6
        li      t5, 1
        jal     ra, c_out
        require 1, a0, -14
        cmove   ca0, cs9
        li      a1, 5
        li      t5, 1
        jal     ra, c_out
        require 2, a0, 5
        cgettag t1, ca0
        require 3, t1, 0
        # A thread's own value is a capability, too.
        li      t5, 17
        jal     ra, c_out
        mv      s8, a0
        cmove   ca1, cs9
        li      t5, 19
        jal     ra, c_out
        require 4, a0, 0
        mv      a0, s8
        li      t5, 20
        jal     ra, c_out
        csetequalexact t1, ca0, cs9
        require 5, t1, 1
        mv      a0, s8
        li      t5, 20
        ecall
        csetequalexact t1, ca0, cs9
        require 6, t1, 1
        # A second hart gets a capability as its argument, and no more than was passed.
        lla     t0, thread
        cspecialrw ca0, pcc, cnull
        csetaddr ca0, ca0, t0
        lla     t0, shared
        csetaddr ca1, cs0, t0
        csetboundsimm ca1, ca1, 16
        cmove   cs7, ca1
        li      t5, 11
        jal     ra, c_out
        blez    a0, fail
        li      t5, 14
        jal     ra, c_out
        require 7, a0, 0
        lc      ct1, 0, cs7
        cgettag t2, ct1
        require 8, t2, 1
        cgetlen t2, ct1
        require 9, t2, 16
        # A thread cannot begin where the creator could not jump to.
        cmove   ca0, cs9
        li      t5, 11
        jal     ra, c_out
        require 10, a0, -14

        # A return pair that is none ends the program.
        cmove   ct0, cnull
        lc      cs3, 48, cs11
        lc      cs4, 64, cs11
        lc      ct1, 192, cs11
        li      t5, 25
        cinvoke cs3, cs4
fail:   mv      a0, s1
        li      t5, 13
        ecall

        # Stores its argument where it points to.
thread: sc      ca0, 0, ca0
        jalr    zero, 0(ra)

c_out:  cincoffsetimm csp, csp, -80
        sc      cra, 0, csp
        sc      cs3, 16, csp
        sc      cs4, 32, csp
        lc      cs3, 48, cs11
        lc      cs4, 64, cs11
        lc      ct2, 32, cs11
        lc      ct0, 176, cs11
        lc      ct1, 192, cs11
        cinvoke cs3, cs4
        .globl  ret_from_monitor
ret_from_monitor:
        lc      cra, 0, csp
        lc      cs3, 16, csp
        lc      cs4, 32, csp
        cincoffsetimm csp, csp, 80
        jalr    zero, 0(ra)

        .section .rodata
text:   .ascii  "pure\n"
        .bss
        .balign 16
shared: .zero   16
