# The program of the training run that fills the JVM's start-up cache (see ./cvm): a loop, a call,
# a system call, and the end.

        .globl  _start
_start:
        li      s0, 3
1:      call    greet
        addi    s0, s0, -1
        bnez    s0, 1b
        li      a0, 0
        li      a7, 94                  # exit_group
        ecall

greet:
        li      a0, 1
        lla     a1, text
        li      a2, 6
        li      a7, 64                  # write
        ecall
        ret

        .section .rodata
text:   .ascii  "hello\n"
