# Hostcalls by CInvoke, in integer mode, as the original's stub makes them: the capabilities are in
# the store, whose address the thread pointer points to.
        .include "xcheri.inc"

        .macro require number, register, value
        li      t6, \value
        li      s0, \number
        bne     \register, t6, fail
        .endm

        .globl  _start
_start:
        # Often enough to be translated.
        li      s1, 1000
1:      li      t5, 25
        call    c_out
        blez    a0, fail
        addi    s1, s1, -1
        bnez    s1, 1b

        # What the caller kept is kept, and no temporary register tells anything.
        li      s2, 22
        li      s6, 66
        li      a1, 11
        li      a7, 77
        li      t4, 44
        li      t5, 15
        call    c_out
        require 1, a0, 1
        require 2, s2, 22
        require 3, s6, 66
        require 4, a1, 0
        require 5, a7, 0
        require 6, t4, 0
        require 7, t0, 0
        require 8, t2, 0
        require 9, t5, 0

        # Errors come back as from an environment call; a pointer is under DDC.
        li      t5, 999
        call    c_out
        require 10, a0, -38
        li      a0, 0x100
        li      a1, 4
        li      t5, 1
        call    c_out
        require 11, a0, -14
        # A caller that gives its DDC up cannot print with it.
        ld      t3, 0(tp)
        lc      cs7, 32, t3
        csetboundsimm cs8, cs7, 8
        cspecialrw cnull, ddc, cs8
        lla     a0, text
        li      a1, 3
        li      t5, 1
        ecall
        mv      s9, a0
        cspecialrw cnull, ddc, cs7
        require 12, s9, -14

        # The pair cannot be opened, nor made again.
        ld      t3, 0(tp)
        lc      cs7, 48, t3
        cgettag t4, cs7
        require 13, t4, 1
        lc      cs8, 80, t3
        cgettype t4, cs7
        csetaddr cs8, cs8, t4
        cunseal cs9, cs7, cs8
        cgettag t4, cs9
        require 14, t4, 0
        cgettype t1, cs7
        lc      cs8, 64, t3
        cgettype t2, cs8
        bne     t1, t2, fail
        lc      cs8, 176, t3
        cgettype t2, cs8
        bne     t1, t2, fail

        lla     a0, text
        li      a1, 8
        li      t5, 1
        call    c_out
        require 15, a0, 8
        li      a0, 0
        li      t5, 13
        call    c_out
fail:   mv      a0, s0
        li      t5, 13
        ecall

c_out:  addi    sp, sp, -112
        sd      s2, 96(sp)
        sd      s3, 88(sp)
        sd      s4, 80(sp)
        sd      s5, 72(sp)
        sd      s6, 64(sp)
        sd      ra, 56(sp)
        sd      s0, 48(sp)
        ld      t3, 0(tp)
        lc      cs3, 48, t3
        lc      cs4, 64, t3
        lc      ct2, 32, t3
        lc      ct0, 176, t3
        lc      ct1, 192, t3
        cinvoke cs3, cs4
        .globl  ret_from_monitor
ret_from_monitor:
        ld      s2, 96(sp)
        ld      s3, 88(sp)
        ld      s4, 80(sp)
        ld      s5, 72(sp)
        ld      s6, 64(sp)
        ld      ra, 56(sp)
        ld      s0, 48(sp)
        addi    sp, sp, 112
        ret

        .section .rodata
text:   .ascii  "hybrid!\n"
