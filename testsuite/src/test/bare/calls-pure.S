# Functions that other cVMs call, in capability mode. All of memory is in ca0, what to seal with in ca1.
        .include "xcheri.inc"
        .option norvc

        .macro require number, register, value
        li      t6, \value
        li      s1, \number
        bne     \register, t6, fail
        .endm

        # A capability of some bytes.
        .macro bytes register, label, length
        lla     t0, \label
        csetaddr \register, cs0, t0
        csetboundsimm \register, \register, \length
        .endm

        # A code capability.
        .macro code register, label
        lla     t0, \label
        cspecialrw \register, pcc, cnull
        csetaddr \register, \register, t0
        .endm

        .macro publish name, function, cookie
        bytes   ca0, \name, 2
        code    ca1, \function
        cmove   ca2, \cookie
        cmove   ca3, cnull
        li      t5, 440
        ecall
        blez    a0, fail
        bytes   ca0, \name, 2
        li      t5, 441
        ecall
        blez    a0, fail
        .endm

        .macro invoke_function handle
        mv      a0, \handle
        li      a1, 11
        li      a2, 22
        li      a3, 33
        li      a6, -1
        li      t5, 442
        ecall
        .endm

        .globl  _start
_start:
        cmove   cs0, ca0
        cmove   cs2, ca1

        # Often enough to be translated; the caller's registers stay its own.
        publish name_f, f, cs0
        mv      s3, a0
        li      s4, 500
1:      bytes   ca4, text, 5
        cmove   cs5, ca4
        li      a5, 5
        li      a7, 0
        invoke_function s3
        require 1, a0, 166
        cgettag t1, ca4
        require 2, t1, 1
        cgettag t1, cs5
        require 3, t1, 1
        addi    s4, s4, -1
        bnez    s4, 1b
        # The function has counted in the copy, 500 times.
        lla     t0, text
        csetaddr ct1, cs0, t0
        lbu     t1, 0(t1)
        require 4, t1, (500 & 255)

        # No more than the caller's pointer allows.
        li      a5, 6
        invoke_function s3
        require 5, a0, -14
        li      a5, 5
        csetboundsimm ca4, ca4, 4
        invoke_function s3
        require 6, a0, -14
        # A read-only pointer is enough for a function that only reads.
        cmove   ca4, cs5
        li      t1, 5
        candperm ca4, ca4, t1
        invoke_function s3
        require 7, a0, -14
        li      a7, 1
        invoke_function s3
        require 8, a0, 166

        # Out through slot 13 of the capability store, as the original has it.
        publish name_g, g, cs0
        mv      s3, a0
        cmove   ca4, cnull
        li      a5, 0
        li      a7, 0
        invoke_function s3
        require 9, a0, 55

        # By a sealed pair: the function finds what it was sealed with.
        li      t1, 5
        csetaddr cs6, cs2, t1
        code    ca1, h
        cseal   ca1, ca1, cs6
        bytes   ca4, text, 5
        cseal   ca4, ca4, cs6
        cmove   cs7, ca1
        cmove   cs8, ca4
        bytes   ca0, name_h, 2
        cmove   ca2, cnull
        cmove   ca3, cnull
        li      t5, 440
        ecall
        blez    a0, fail
        bytes   ca0, name_h, 2
        li      t5, 441
        ecall
        mv      s3, a0
        cmove   ca4, cnull
        li      a7, 0
        invoke_function s3
        require 10, a0, 5
        # Half a pair, and what is no code.
        bytes   ca0, name_i, 2
        cmove   ca1, cs7
        cmove   ca4, cs5
        li      t5, 440
        ecall
        require 11, a0, -14
        bytes   ca0, name_i, 2
        cmove   ca1, cs5
        cmove   ca4, cnull
        li      t5, 440
        ecall
        require 12, a0, -14
        # An entry of somebody else is what its own authority is, not the publisher's.
        bytes   ca0, name_i, 2
        lla     t0, f
        cmove   ca1, cnull
        mv      a1, t0
        li      t5, 440
        ecall
        require 13, a0, -14

        bytes   ca0, done, 11
        li      a1, 11
        li      t5, 1
        ecall
        li      a0, 0
        li      t5, 13
        ecall
fail:   mv      a0, s1
        li      t5, 13
        ecall

        # Gets the cookie, integers, and a capability of exactly the bytes; nothing else.
f:      cgettag t0, ca0
        beqz    t0, wrong
        cgetlen t0, ca4
        li      t1, 5
        bne     t0, t1, wrong
        bne     a5, t1, wrong
        cgetperm t0, ca4
        li      t1, 13
        bne     t0, t1, wrong
        cspecialrw ct0, ddc, cnull
        cgettag t0, ct0
        bnez    t0, wrong
        cgettag t0, cs0
        bnez    t0, wrong
        cgettag t0, cs5
        bnez    t0, wrong
        or      t0, s3, s4
        or      t0, t0, t6
        bnez    t0, wrong
        # Its stack is below the bytes.
        sc      cra, -16, csp
        lc      ct0, -16, csp
        cgettag t1, ct0
        beqz    t1, wrong
        bgtu    sp, a4, wrong
        lbu     t0, 0(a4)
        addi    t0, t0, 1
        sb      t0, 0(a4)
        add     a0, a1, a2
        add     a0, a0, a3
        addi    a0, a0, 100
        jalr    zero, 0(ra)
wrong:  li      a0, -1
        jalr    zero, 0(ra)

g:      ld      t3, 0(tp)
        csetaddr ca3, ca0, t3
        lc      cs3, 208, ca3
        lc      cs4, 64, ca3
        li      a0, 55
        cinvoke cs3, cs4

h:      cgetlen a0, ct6
        jalr    zero, 0(ra)

        .section .rodata
name_f: .asciz  "f"
name_g: .asciz  "g"
name_h: .asciz  "h"
name_i: .asciz  "i"
done:   .ascii  "pure calls\n"
        .data
        .balign 16
text:   .zero   16
