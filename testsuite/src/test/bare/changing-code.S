# A function that is overwritten between two calls: fence.i makes the new one visible.
        .option norvc
        .globl  _start
_start: jal     ra, f
        mv      s0, a0
        lla     t0, replacement
        lw      t1, 0(t0)
        lla     t0, f
        sw      t1, 0(t0)
        fence.i
        jal     ra, f
        slli    a0, a0, 4
        or      a0, a0, s0
        li      t5, 13                  # thread_exit
        ecall

f:      li      a0, 1
        ret
replacement: li a0, 2
