# Prints the first bytes of a disk: a request holds capabilities, and each covers what it is used for.
        .include "xcheri.inc"
        .option norvc

        .macro ask
        li      a0, 0
        cmove   ca1, cs1
        li      t5, 100
        ecall
        .endm

        # The request is refused, or this check's number is the status.
        .macro refused number
        ask
        li      s5, \number
        li      t6, -14
        bne     a0, t6, fail
        .endm

        .globl  _start
_start: cmove   cs0, ca0
        lla     t0, request
        csetaddr cs1, cs0, t0
        csetboundsimm cs1, cs1, 48
        lla     t0, list
        csetaddr cs2, cs0, t0
        csetboundsimm cs2, cs2, 32
        lla     t0, buffer
        csetaddr cs3, cs0, t0
        csetboundsimm cs3, cs3, 512
        sc      cs3, 0, cs2
        li      t1, 512
        sd      t1, 16(s2)
        sc      cs2, 16, cs1
        li      t1, 1
        sw      t1, 32(s1)
        ask
        li      s5, 1
        bnez    a0, fail
        # Bounds, tags and permissions are the parts' own.
        csetboundsimm ct0, cs3, 511
        sc      ct0, 0, cs2
        refused 2
        ccleartag ct0, cs3
        sc      ct0, 0, cs2
        refused 3
        li      t1, 0xfff7
        candperm ct0, cs3, t1
        sc      ct0, 0, cs2
        refused 4
        # A list whose capabilities must not be loaded has none.
        sc      cs3, 0, cs2
        li      t1, 0xffef
        candperm ct0, cs2, t1
        sc      ct0, 16, cs1
        refused 5
        # What was read, and no tags with it.
        csetboundsimm ca0, cs3, 8
        li      a1, 8
        li      t5, 1
        ecall
        li      s5, 0
fail:   mv      a0, s5
        li      t5, 13
        ecall

        .bss
        .balign 16
request: .zero  48
list:   .zero   32
buffer: .zero   512
