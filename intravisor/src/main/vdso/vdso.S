# The image that the host kernel maps into every guest (AT_SYSINFO_EHDR). Each function is the system
# call of its name; __vdso_rt_sigreturn is where signal handlers return to. Unwinders recognise it by
# its two instructions.

        .macro  CALL name, number
        .globl  \name
        .type   \name, @function
        .balign 4
\name:
        li      a7, \number
        ecall
        ret
        .size   \name, . - \name
        .endm

        .text
        .option norvc

        .globl  __vdso_rt_sigreturn
        .type   __vdso_rt_sigreturn, @function
        .balign 4
        nop                             # unwinders look for the caller one byte before
__vdso_rt_sigreturn:
        li      a7, 139
        ecall
        .size   __vdso_rt_sigreturn, . - __vdso_rt_sigreturn

        CALL    __vdso_clock_gettime, 113
        CALL    __vdso_clock_getres, 114
        CALL    __vdso_getcpu, 168
        CALL    __vdso_gettimeofday, 169
        CALL    __vdso_flush_icache, 259

        .section .note.GNU-stack, "", @progbits
