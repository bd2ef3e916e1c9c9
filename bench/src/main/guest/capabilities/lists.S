# The benchmark "lists": linked lists of 500 nodes searched, reversed, sorted by a comparison function
# and summed up by a bit-serial CRC.
#include "harness.inc"
        .equ    NODES, 500
        .equ    ROUNDS, 100
        .equ    KEY, POINTER            # The pointer to the next node is at 0, then key and index.
        .equ    INDEX, POINTER + 2
        .equ    NODE, 2 * POINTER

# s0: the list, s1: nodes, s3: rounds left, s4: found, s5: CRC, s6: round
kernel: paddi   sp, sp, -FRAME
        pstore  ra, 0, sp
        pdata   s1, nodes, NODES * NODE
        pmove   a1, s1
        li      a2, NODES
        li      a4, 88172645463325252
        li      a5, 0
1:      pbound  a3, a1, NODE
        random  t1, a4
        sh      t1, KEY(a3)
        sh      a5, INDEX(a3)
        paddi   t0, a1, NODE
        addi    a5, a5, 1
        bltu    a5, a2, 2f
        li      t0, 0
        j       3f
2:      pbound  t0, t0, NODE
3:      pstore  t0, 0, a3
        paddi   a1, a1, NODE
        bltu    a5, a2, 1b
        pbound  s0, s1, NODE
        li      s3, ROUNDS
        li      s4, 0
        li      s5, 0
        li      s6, 0
round:  li      s7, 0
4:      li      t0, 23                  # twenty times: finds a key, reverses the list
        mul     t0, t0, s7
        slli    t1, s6, 3
        sub     t1, t1, s6
        add     t0, t0, t1
        li      t1, NODES
        remu    t0, t0, t1
        li      t1, NODE
        mul     t0, t0, t1
        padd    t0, s1, t0
        lh      a1, KEY(t0)
        pmove   a0, s0
        jal     ra, find
        lh      t0, INDEX(a0)
        add     s4, s4, t0
        pmove   a0, s0
        jal     ra, reverse
        pmove   s0, a0
        addi    s7, s7, 1
        li      t0, 20
        bltu    s7, t0, 4b
        pcode   a1, by_key
        jal     ra, both
        pcode   a1, by_index
        jal     ra, both
        addi    s6, s6, 1
        addi    s3, s3, -1
        bnez    s3, round
        slli    a0, s4, 16
        or      a0, a0, s5
        pload   ra, 0, sp
        paddi   sp, sp, FRAME
        jalr    zero, 0(ra)

# Sorts the list by a1 and adds it to the CRC.
both:   paddi   sp, sp, -FRAME
        pstore  ra, 0, sp
        pmove   a0, s0
        jal     ra, sort
        pmove   s0, a0
        mv      a1, s5
        jal     ra, crc_list
        mv      s5, a0
        pload   ra, 0, sp
        paddi   sp, sp, FRAME
        jalr    zero, 0(ra)

# a0 := the node of list a0 with key a1
find:   beqz    a0, 2f
1:      lh      t0, KEY(a0)
        beq     t0, a1, 2f
        pload   a0, 0, a0
        bnez    a0, 1b
2:      jalr    zero, 0(ra)

# a0 := list a0 reversed
reverse: li     t0, 0
        beqz    a0, 2f
1:      pload   t1, 0, a0
        pstore  t0, 0, a0
        pmove   t0, a0
        pmove   a0, t1
        bnez    a0, 1b
2:      pmove   a0, t0
        jalr    zero, 0(ra)

# a0 := CRC of the keys of list a0 and before it a1
crc_list: pmove a2, a0
        mv      a0, a1
        li      t4, 0xa001
        beqz    a2, 4f
1:      lhu     t0, KEY(a2)
        li      t1, 2
2:      andi    t3, t0, 0xff
        li      t2, 8
3:      xor     t5, t3, a0
        srli    t3, t3, 1
        srli    a0, a0, 1
        andi    t5, t5, 1
        neg     t5, t5
        and     t5, t5, t4
        xor     a0, a0, t5
        addi    t2, t2, -1
        bnez    t2, 3b
        srli    t0, t0, 8
        addi    t1, t1, -1
        bnez    t1, 2b
        pload   a2, 0, a2
        bnez    a2, 1b
4:      jalr    zero, 0(ra)

by_key: lh      t0, KEY(a0)
        lh      t1, KEY(a1)
        sub     a0, t0, t1
        jalr    zero, 0(ra)
by_index: lh    t0, INDEX(a0)
        lh      t1, INDEX(a1)
        sub     a0, t0, t1
        jalr    zero, 0(ra)

# a0 := list a0, not empty, sorted by the function a1: bottom-up merge sort.
# s0: left, s1: right, s2: tail, s3: left_size, s4: right_size, s5: merges, s6: width, s7: the list,
# s8: the function
        .equ    SORT, 10 * POINTER
        .macro  saved how
        \how   ra, 0, sp
        \how   s0, POINTER, sp
        \how   s1, 2 * POINTER, sp
        \how   s2, 3 * POINTER, sp
        \how   s3, 4 * POINTER, sp
        \how   s4, 5 * POINTER, sp
        \how   s5, 6 * POINTER, sp
        \how   s6, 7 * POINTER, sp
        \how   s7, 8 * POINTER, sp
        \how   s8, 9 * POINTER, sp
        .endm
sort:   paddi   sp, sp, -SORT
        saved   pstore
        pmove   s8, a1
        pmove   s7, a0
        li      s6, 1
widths: pmove   s0, s7
        li      s2, 0
        li      s5, 0
        li      s7, 0
runs:   addi    s5, s5, 1               # left begins a pair of runs
        pmove   s1, s0
        li      s3, 0
        mv      s4, s6
1:      beqz    s1, merge
        bge     s3, s6, merge
        addi    s3, s3, 1
        pload   s1, 0, s1
        j       1b
merge:  bgtz    s3, 2f
        blez    s4, next
        bnez    s1, right
        j       next
2:      blez    s4, left
        beqz    s1, left
        pmove   a0, s0
        pmove   a1, s1
        jalr    ra, 0(s8)
        bgtz    a0, right
left:   pmove   t1, s0
        pload   s0, 0, s0
        addi    s3, s3, -1
        j       append
right:  pmove   t1, s1
        pload   s1, 0, s1
        addi    s4, s4, -1
append: beqz    s2, 3f
        pstore  t1, 0, s2
        j       4f
3:      pmove   s7, t1
4:      pmove   s2, t1
        j       merge
next:   pmove   s0, s1
        bnez    s0, runs
        pstore  zero, 0, s2
        slli    s6, s6, 1
        li      t0, 1
        bgtu    s5, t0, widths
        pmove   a0, s7
        saved   pload
        paddi   sp, sp, SORT
        jalr    zero, 0(ra)
        .bss
        .balign 4096
nodes:  .space  NODES * NODE
