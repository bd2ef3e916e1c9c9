# A pure-capability program: pointers of system calls are capabilities. Ends with the number of the
# check that failed, or with 0.
        .include "xcheri.inc"
        .option norvc

        .equ    EFAULT, 14

        .macro  call number
        li      a7, \number
        ecall
        .endm

        .macro  require number, register, value
        li      t6, \value
        li      s11, \number
        bne     \register, t6, fail
        .endm

        # A capability of all memory, at a symbol.
        .macro  at register, symbol
        lla     t0, \symbol
        csetaddr \register, cs0, t0
        .endm

        # The same, of some bytes from there.
        .macro  part register, symbol, length
        at      \register, \symbol
        csetboundsimm \register, \register, \length
        .endm

        # Without a permission.
        .macro  without register, permission
        li      t1, ~(\permission)
        candperm \register, \register, t1
        .endm

        .globl  _start
_start:
        cmove   cs0, ca0

        # What is beyond the bounds, has no tag, is sealed, or lacks a permission is not read.
        li      a0, 1
        part    ca1, text, 8
        li      a2, 9
        call    64
        require 1, a0, -EFAULT
        li      a0, 1
        ccleartag ca1, ca1
        li      a2, 8
        call    64
        require 2, a0, -EFAULT
        li      a0, 1
        li      t1, 42
        csetaddr ct0, cs0, t1
        csetboundsimm ct0, ct0, 1
        part    ca1, text, 8
        li      t1, 42
        csetaddr ct0, cs0, t1
        csetboundsimm ct0, ct0, 1
        cseal   ca1, ca1, ct0
        call    64
        require 3, a0, -EFAULT
        li      a0, 1
        part    ca1, text, 8
        without ca1, 4
        call    64
        require 4, a0, -EFAULT

        # What is too short or read-only is not written.
        part    ca0, descriptors, 7
        li      a1, 0
        call    59
        require 5, a0, -EFAULT
        part    ca0, descriptors, 8
        call    59
        require 6, a0, 0
        at      cs1, descriptors
        lw      a0, 4(s1)
        part    ca1, text, 8
        li      a2, 8
        call    64
        require 7, a0, 8
        lw      a0, 0(s1)
        part    ca1, buffer, 16
        without ca1, 8
        call    63
        require 8, a0, -EFAULT
        lb      t2, 0(a1)
        require 9, t2, 0
        lw      a0, 0(s1)
        part    ca1, buffer, 8
        call    63
        require 10, a0, 8
        lb      t2, 0(a1)
        require 11, t2, 'p'

        # Structures hold pointers as capabilities, too: struct iovec of 32 bytes.
        part    ca1, vector, 32
        part    ct2, text, 8
        sc      ct2, 0, ca1
        li      t3, 8
        sd      t3, 16(a1)
        li      a0, 1
        li      a2, 1
        call    66
        require 12, a0, 8
        ld      t2, 0(a1)
        sd      t2, 0(a1)
        li      a0, 1
        call    66
        require 13, a0, -EFAULT

        # New memory comes with a capability of it and nothing else.
        cmove   ca0, cnull
        li      a1, 8192
        li      a2, 3
        li      a3, 0x22
        li      a4, -1
        li      a5, 0
        call    222
        cmove   cs2, ca0
        cgettag t2, cs2
        require 14, t2, 1
        cgetlen t2, cs2
        require 15, t2, 8192
        sc      cs0, 0, cs2
        lc      ct2, 0, cs2
        cgettag t2, ct2
        require 16, t2, 1
        # Who unmaps it or forbids it needs all of it, and the right to.
        csetboundsimm ca0, cs2, 2048
        li      a1, 8192
        call    215
        require 17, a0, -EFAULT
        cmove   ca0, cs2
        without ca0, 1 << 16
        call    215
        require 18, a0, -EFAULT
        cmove   ca0, cs2
        without ca0, 1 << 16
        li      a2, 0
        call    226
        require 19, a0, -EFAULT
        sd      zero, 8(s2)
        li      a3, 0x32
        cmove   ca0, cs2
        ccleartag ca0, ca0
        li      a2, 3
        call    222
        require 20, a0, -EFAULT
        cmove   ca0, cs2
        call    215
        require 21, a0, 0
        # Bounds of 5 MiB need more than a page's alignment.
        cmove   ca0, cnull
        li      a1, 5 << 20
        li      a3, 0x22
        call    222
        cgettag t2, ca0
        require 22, t2, 1
        cgetbase t2, ca0
        bne     t2, a0, fail
        cgetlen t2, ca0
        require 23, t2, 5 << 20

        # A handler gets its frame by the stack's capability, and everything comes back.
        part    ca1, action, 32
        cspecialrw ct2, pcc, cnull
        lla     t0, handler
        csetaddr ct2, ct2, t0
        sc      ct2, 0, ca1
        li      t3, 4
        sd      t3, 16(a1)
        sd      zero, 24(a1)
        li      a0, 10
        cmove   ca2, cnull
        li      a3, 8
        call    134
        require 24, a0, 0
        part    cs3, buffer, 8
        call    172
        li      a1, 10
        call    129
        require 25, a0, 0
        at      cs1, handled
        ld      t2, 0(s1)
        require 26, t2, 10
        cgetlen t2, cs3
        require 27, t2, 8
        cgettag t2, cs3
        require 28, t2, 1

        # A thread with a stack of its own, which is an argument.
        li      a0, 0x50f00
        at      ca1, thread_stack
        li      t1, 4096
        csetbounds ca1, ca1, t1
        cincoffset ca1, ca1, t1
        li      a2, 0
        li      a3, 0
        li      a4, 0
        call    220
        beqz    a0, thread
1:      call    124
        at      cs1, thread_length
        ld      t2, 0(s1)
        beqz    t2, 1b
        require 29, t2, 4096
        li      a0, 0
        call    94

thread: cgetlen t2, csp
        at      cs1, thread_length
        sd      t2, -16(sp)
        ld      t2, -16(sp)
        sd      t2, 0(s1)
        call    93

fail:   mv      a0, s11
        call    94

handler:
        lla     t0, handled
        csetaddr ct0, cs0, t0
        cgettag t1, ca2
        mul     t1, t1, a0
        sd      t1, 0(t0)
        li      t2, 0
        cmove   cs3, cnull
        jalr    zero, 0(ra)

        .data
        .balign 16
text:   .ascii  "pure ok\n"
        .balign 16
descriptors:
        .space  16
buffer: .space  16
vector: .space  32
action: .space  32
handled:
        .space  8
thread_length:
        .space  8
        .balign 4096
thread_stack:
        .space  4096
