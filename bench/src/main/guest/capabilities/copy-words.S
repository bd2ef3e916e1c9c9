# 64 KiB copied by doublewords, 1500 times.
#include "harness.inc"
        .equ    SIZE, 1 << 16
        .equ    UNIT, 8
        .equ    ROUNDS, 1500
        .macro  copy to, from
        ld      t3, 0(\from)
        sd      t3, 0(\to)
        .endm
#include "copy.inc"
