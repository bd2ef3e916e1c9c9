# 64 KiB copied by bytes, 300 times.
#include "harness.inc"
        .equ    SIZE, 1 << 16
        .equ    UNIT, 1
        .equ    ROUNDS, 300
        .macro  copy to, from
        lbu     t3, 0(\from)
        sb      t3, 0(\to)
        .endm
#include "copy.inc"
