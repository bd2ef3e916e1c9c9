# SHA-256 of 2048 blocks, the words as the machine has them.
#include "harness.inc"
        .equ    BLOCKS, 2048
        .equ    BLOCK, 64
        .equ    WORDS, 64               # of the message schedule

        # d := s rotated right; uses t6
        .macro  rotate d, s, by
        srliw   \d, \s, \by
        slliw   t6, \s, 32 - \by
        or      \d, \d, t6
        .endm

        # d := three rotations of s, the last one a shift where the schedule asks for it; uses t5, t6
        .macro  sigma d, s, first, second, third
        rotate  \d, \s, \first
        rotate  t5, \s, \second
        xor     \d, \d, t5
        rotate  t5, \s, \third
        xor     \d, \d, t5
        .endm
        .macro  schedule d, s, first, second, shift
        rotate  \d, \s, \first
        rotate  t5, \s, \second
        xor     \d, \d, t5
        srliw   t5, \s, \shift
        xor     \d, \d, t5
        .endm

        # One round; the next one calls its result a. a2 points to constants, a3 to the schedule.
        .macro  round a, b, c, d, e, f, g, h, at
        sigma   t0, \e, 6, 11, 25
        xor     t1, \f, \g
        and     t1, t1, \e
        xor     t1, t1, \g
        lw      t2, \at(a3)
        lw      t3, \at(a2)
        addw    t0, t0, t1
        addw    t2, t2, t3
        addw    t0, t0, t2
        addw    \h, \h, t0
        addw    \d, \d, \h
        sigma   t0, \a, 2, 13, 22
        and     t1, \a, \b
        or      t2, \a, \b
        and     t2, t2, \c
        or      t1, t1, t2
        addw    t0, t0, t1
        addw    \h, \h, t0
        .endm

kernel: pdata   a4, state, 32
        pdata   a1, initial, 32
        li      t0, 8
        pmove   t1, a4
1:      lw      t2, 0(a1)
        sw      t2, 0(t1)
        paddi   a1, a1, 4
        paddi   t1, t1, 4
        addi    t0, t0, -1
        bnez    t0, 1b
        li      a5, BLOCKS
        li      a0, 0x2545f4914f6cdd1d

block:  pdata   a3, words, 4 * WORDS
        li      t0, BLOCK / 8
        pmove   t1, a3
1:      random  t2, a0
        sd      t2, 0(t1)
        paddi   t1, t1, 8
        addi    t0, t0, -1
        bnez    t0, 1b
        li      t0, WORDS - BLOCK / 4
        pmove   t1, a3
2:      lw      t2, 4(t1)
        schedule t3, t2, 7, 18, 3
        lw      t2, 56(t1)
        schedule t4, t2, 17, 19, 10
        addw    t3, t3, t4
        lw      t2, 0(t1)
        lw      t4, 36(t1)
        addw    t3, t3, t2
        addw    t3, t3, t4
        sw      t3, 64(t1)
        paddi   t1, t1, 4
        addi    t0, t0, -1
        bnez    t0, 2b
        pdata   a2, constants, 4 * WORDS
        lw      s0, 0(a4)
        lw      s1, 4(a4)
        lw      s2, 8(a4)
        lw      s3, 12(a4)
        lw      s4, 16(a4)
        lw      s5, 20(a4)
        lw      s6, 24(a4)
        lw      s7, 28(a4)
        li      a6, WORDS / 8
3:
        round   s0, s1, s2, s3, s4, s5, s6, s7, 0
        round   s7, s0, s1, s2, s3, s4, s5, s6, 4
        round   s6, s7, s0, s1, s2, s3, s4, s5, 8
        round   s5, s6, s7, s0, s1, s2, s3, s4, 12
        round   s4, s5, s6, s7, s0, s1, s2, s3, 16
        round   s3, s4, s5, s6, s7, s0, s1, s2, 20
        round   s2, s3, s4, s5, s6, s7, s0, s1, 24
        round   s1, s2, s3, s4, s5, s6, s7, s0, 28
        paddi   a2, a2, 32
        paddi   a3, a3, 32
        addi    a6, a6, -1
        bnez    a6, 3b
        lw      t0, 0(a4)
        addw    s0, s0, t0
        sw      s0, 0(a4)
        lw      t0, 4(a4)
        addw    s1, s1, t0
        sw      s1, 4(a4)
        lw      t0, 8(a4)
        addw    s2, s2, t0
        sw      s2, 8(a4)
        lw      t0, 12(a4)
        addw    s3, s3, t0
        sw      s3, 12(a4)
        lw      t0, 16(a4)
        addw    s4, s4, t0
        sw      s4, 16(a4)
        lw      t0, 20(a4)
        addw    s5, s5, t0
        sw      s5, 20(a4)
        lw      t0, 24(a4)
        addw    s6, s6, t0
        sw      s6, 24(a4)
        lw      t0, 28(a4)
        addw    s7, s7, t0
        sw      s7, 28(a4)
        addi    a5, a5, -1
        bnez    a5, block
        ld      a0, 0(a4)
        ld      t0, 8(a4)
        xor     a0, a0, t0
        ld      t0, 16(a4)
        xor     a0, a0, t0
        ld      t0, 24(a4)
        xor     a0, a0, t0
        jalr    zero, 0(ra)

        .section .rodata
        .balign 64
constants:
        .word   0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5
        .word   0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174
        .word   0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da
        .word   0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967
        .word   0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85
        .word   0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070
        .word   0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3
        .word   0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
initial:
        .word   0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a
        .word   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
        .bss
        .balign 4096
words:  .space  4 * WORDS
        .balign 64
state:  .space  32
