# Integers are pointers under DDC; capabilities are used by name. Ends with the number of the
# check that failed, or with 0.
        .include "xcheri.inc"

        .macro require number, register, value
        li      t6, \value
        li      a0, \number
        bne     \register, t6, fail
        .endm

        .globl  _start
_start:
        # Fills the buffer through a capability of exactly its size.
        cspecialrw cs0, ddc, cnull
        lla     t0, buffer
        csetaddr cs1, cs0, t0
        li      t1, 8000
        csetboundsexact cs1, cs1, t1
        cgettag t2, cs1
        require 1, t2, 1
        cgetlen t2, cs1
        require 2, t2, 8000
        cmove   cs3, cs1
        li      s2, 0
        li      t2, 1000
1:      sd.cap  s2, cs3
        cincoffsetimm cs3, cs3, 8
        addi    s2, s2, 1
        bltu    s2, t2, 1b
        # One past the end is still a capability.
        cgettag t2, cs3
        require 3, t2, 1

        # Reads it under DDC.
        lla     t0, buffer
        addi    t1, t0, 2000
        addi    t1, t1, 2000
        addi    t1, t1, 2000
        addi    t1, t1, 2000
        li      s4, 0
2:      ld      t2, 0(t0)
        add     s4, s4, t2
        addi    t0, t0, 8
        bne     t0, t1, 2b
        require 4, s4, 499500

        # A thousand times: stores a capability, loads it back, overwrites a byte of it.
        li      s5, 1000
3:      lla     t0, slot
        sc.ddc  cs1, t0
        lc      ct2, 0, t0
        csetequalexact t3, ct2, cs1
        require 5, t3, 1
        sb      zero, 7(t0)
        lc      ct2, 0, t0
        cgettag t3, ct2
        require 6, t3, 0
        addi    s5, s5, -1
        bnez    s5, 3b

        # Arithmetic makes an integer of a capability; leaving the bounds far costs the tag.
        cmove   ct0, cs1
        addi    t0, t0, 0
        cgettag t1, ct0
        require 7, t1, 0
        li      t1, 1
        slli    t1, t1, 40
        cincoffset ct0, cs1, t1
        cgettag t1, ct0
        require 8, t1, 0

        # AMOs and LR/SC under DDC clear tags.
        lla     t0, slot
        sc.ddc  cs1, t0
        li      t1, 1
        amoadd.d t2, t1, (t0)
        cgetaddr t3, cs1
        li      a0, 9
        bne     t2, t3, fail
        lc      ct2, 0, t0
        cgettag t3, ct2
        require 10, t3, 0
4:      lr.d    t2, (t0)
        addi    t2, t2, -1
        sc.d    t3, t2, (t0)
        bnez    t3, 4b
        ld      t2, 0(t0)
        cgetaddr t3, cs1
        li      a0, 11
        bne     t2, t3, fail

        lla     a0, text
        li      a1, 10
        li      t5, 1           # print
        ecall
        # A buffer outside of DDC is refused.
        csetboundsimm cs6, cs1, 16
        cspecialrw cnull, ddc, cs6
        lla     a0, text
        li      a1, 10
        ecall
        cspecialrw cnull, ddc, cs0
        mv      a1, a0
        require 12, a1, -14
        li      a0, 0
fail:   li      t5, 13          # thread_exit
        ecall

        .section .rodata
text:   .ascii  "hybrid ok\n"
        .bss
        .balign 16
slot:   .space  16
        .balign 16
buffer: .space  8192
