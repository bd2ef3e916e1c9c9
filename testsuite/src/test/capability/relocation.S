# An integer address is absolute in ISAv9, and counts from the address of DDC in ISAv8. Ends with the
# number of the version that it saw.
        .include "xcheri.inc"
        .globl  _start
_start:
        cspecialrw cs0, ddc, cnull
        lla     t0, value
        csetaddr cs1, cs0, t0
        cspecialrw cnull, ddc, cs1
        ld      t1, 0(t0)
        li      a0, 9
        li      s2, 4
        beq     t1, s2, absolute
        # From here on the value is at address 0, also a thousand times later.
        li      s3, 1000
1:      ld      t1, 0(zero)
        li      a0, 1
        bne     t1, s2, done
        addi    s3, s3, -1
        bnez    s3, 1b
        li      a0, 8
        j       done
absolute: li    s3, 1000
2:      ld      t1, 0(t0)
        li      a0, 2
        bne     t1, s2, done
        addi    s3, s3, -1
        bnez    s3, 2b
        li      a0, 9
done:   li      t5, 13          # thread_exit
        ecall
        .data
        .balign 8
value:  .8byte  4
