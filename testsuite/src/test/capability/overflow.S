# A pure-capability loop that writes behind the end of its buffer.
        .include "xcheri.inc"
        .option norvc
        .globl  _start
_start: lla     t0, buffer
        csetaddr cs1, ca0, t0
        li      t1, 4096
        csetboundsexact cs1, cs1, t1
1:      sw      zero, 0(s1)
        cincoffsetimm cs1, cs1, 4
        j       1b
        .bss
        .balign 16
buffer: .space  8192
