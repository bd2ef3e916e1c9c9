# Bounds are widened a thousand times. In ISAv9 that clears the tag each time, and the program ends
# with 9; in ISAv8 it traps.
        .include "xcheri.inc"
        .globl  _start
_start:
        cspecialrw cs0, ddc, cnull
        li      s3, 1000
1:      csetboundsimm cs1, cs0, 64
        csetboundsimm cs2, cs1, 65
        cgettag t1, cs2
        li      a0, 1
        bnez    t1, done
        addi    s3, s3, -1
        bnez    s3, 1b
        li      a0, 9
done:   li      t5, 13          # thread_exit
        ecall
