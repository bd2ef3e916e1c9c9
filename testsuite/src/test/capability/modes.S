# Integer-mode code calls a capability-mode function a thousand times; the same bytes of a third
# function mean different things in the two modes.
        .include "xcheri.inc"
        .globl  _start
_start:
        cspecialrw cs0, ddc, cnull
        cspecialrw cs1, pcc, cnull
        li      s2, 1
        lla     t1, add_from_memory
        csetaddr cs3, cs1, t1
        csetflags cs3, cs3, s2
        lla     t1, address_of_frame
        csetaddr cs4, cs1, t1
        csetflags cs5, cs4, s2
        lla     t1, value
        csetaddr ca1, cs0, t1
        csetboundsimm ca1, ca1, 8
        li      a2, 0
        li      s6, 1000
1:      jalr.cap cra, cs3
        addi    s6, s6, -1
        bnez    s6, 1b
        li      t1, 7000
        li      a0, 1
        bne     a2, t1, fail

        # c.addi4spn is an integer addition in one mode and CIncOffset in the other.
        cmove   cs8, csp
        li      s6, 500
2:      cmove   csp, cs0
        jalr.cap cra, cs4
        cgettag s7, ca0
        jalr.cap cra, cs5
        cmove   csp, cs8
        cgettag t1, ca0
        sub     t1, t1, s7
        li      a0, 2
        li      t2, 1
        bne     t1, t2, fail
        addi    s6, s6, -1
        bnez    s6, 2b

        li      a0, 0
fail:   li      t5, 13          # thread_exit
        ecall

        .option norvc
add_from_memory:
        ld      t1, 0(a1)       # through ca1
        add     a2, a2, t1
        jalr    zero, 0(ra)

        .option rvc
address_of_frame:
        c.addi4spn a0, sp, 16
        .option norvc
        jalr.cap cnull, cra

        .data
        .balign 8
value:  .dword  7
