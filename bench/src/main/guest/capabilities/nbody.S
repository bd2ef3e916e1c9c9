# The sun and four planets: 20,000 steps of their orbits.
#include "harness.inc"
        .equ    BODIES, 5
        .equ    BODY, 64                # position at 0, velocity at 24, mass at 48
        .equ    STEPS, 20000
kernel: pdata   a1, bodies, BODIES * BODY
        pdata   t0, initial, BODIES * BODY
        pmove   t1, a1
        li      t2, BODIES * BODY / 8
1:      ld      t3, 0(t0)
        sd      t3, 0(t1)
        paddi   t0, t0, 8
        paddi   t1, t1, 8
        addi    t2, t2, -1
        bnez    t2, 1b
        pdata   t0, tick, 8
        fld     fs4, 0(t0)
        li      a5, STEPS

step:   pmove   a2, a1
        li      a6, BODIES
body:   addi    a6, a6, -1
        fld     fa0, 0(a2)
        fld     fa1, 8(a2)
        fld     fa2, 16(a2)
        fld     fs0, 24(a2)
        fld     fs1, 32(a2)
        fld     fs2, 40(a2)
        fld     fs3, 48(a2)
        paddi   a3, a2, BODY
        mv      a7, a6
        beqz    a7, 3f
2:      fld     ft0, 0(a3)              # the distance to another body
        fld     ft1, 8(a3)
        fld     ft2, 16(a3)
        fsub.d  ft0, fa0, ft0
        fsub.d  ft1, fa1, ft1
        fsub.d  ft2, fa2, ft2
        fmul.d  ft3, ft0, ft0
        fmul.d  ft4, ft1, ft1
        fmul.d  ft5, ft2, ft2
        fadd.d  ft3, ft3, ft4
        fadd.d  ft3, ft3, ft5
        fsqrt.d ft4, ft3
        fmul.d  ft3, ft3, ft4
        fdiv.d  ft3, fs4, ft3
        fld     ft5, 48(a3)
        fmul.d  ft6, ft5, ft3           # what moves this body
        fmul.d  ft7, fs3, ft3           # and the other one
        fmul.d  ft8, ft0, ft6
        fsub.d  fs0, fs0, ft8
        fmul.d  ft8, ft0, ft7
        fld     ft9, 24(a3)
        fadd.d  ft9, ft9, ft8
        fsd     ft9, 24(a3)
        fmul.d  ft8, ft1, ft6
        fsub.d  fs1, fs1, ft8
        fmul.d  ft8, ft1, ft7
        fld     ft9, 32(a3)
        fadd.d  ft9, ft9, ft8
        fsd     ft9, 32(a3)
        fmul.d  ft8, ft2, ft6
        fsub.d  fs2, fs2, ft8
        fmul.d  ft8, ft2, ft7
        fld     ft9, 40(a3)
        fadd.d  ft9, ft9, ft8
        fsd     ft9, 40(a3)
        paddi   a3, a3, BODY
        addi    a7, a7, -1
        bnez    a7, 2b
3:      fsd     fs0, 24(a2)
        fsd     fs1, 32(a2)
        fsd     fs2, 40(a2)
        paddi   a2, a2, BODY
        bnez    a6, body

        pmove   a2, a1
        li      a6, BODIES
4:      fld     ft0, 0(a2)
        fld     ft1, 24(a2)
        fmul.d  ft1, ft1, fs4
        fadd.d  ft0, ft0, ft1
        fsd     ft0, 0(a2)
        fld     ft0, 8(a2)
        fld     ft1, 32(a2)
        fmul.d  ft1, ft1, fs4
        fadd.d  ft0, ft0, ft1
        fsd     ft0, 8(a2)
        fld     ft0, 16(a2)
        fld     ft1, 40(a2)
        fmul.d  ft1, ft1, fs4
        fadd.d  ft0, ft0, ft1
        fsd     ft0, 16(a2)
        paddi   a2, a2, BODY
        addi    a6, a6, -1
        bnez    a6, 4b
        addi    a5, a5, -1
        bnez    a5, step

        li      a0, 0
        li      t0, BODIES * BODY / 8
        pmove   t1, a1
5:      ld      t2, 0(t1)
        slli    t3, a0, 7
        add     a0, a0, t3
        xor     a0, a0, t2
        paddi   t1, t1, 8
        addi    t0, t0, -1
        bnez    t0, 5b
        jalr    zero, 0(ra)

        .section .rodata
        .balign 64
initial:
        .double 0.0, 0.0, 0.0
        .double 0.0, 0.0, 0.0
        .double 39.47841760435743, 0.0
        .double 4.841431442464721, -1.1603200440274284, -0.10362204447112311
        .double 0.606326392995832, 2.81198684491626, -0.02521836165988763
        .double 0.03769367487038949, 0.0
        .double 8.34336671824458, 4.124798564124305, -0.4035234171143214
        .double -1.0107743461787924, 1.8256623712304119, 0.008415761376584154
        .double 0.011286326131968767, 0.0
        .double 12.894369562139131, -15.111151401698631, -0.22330757889265573
        .double 1.0827910064415354, 0.8687130181696082, -0.010832637401363636
        .double 0.0017237240570597112, 0.0
        .double 15.379697114850917, -25.919314609987964, 0.17925877295037118
        .double 0.979090732243898, 0.5946989986476762, -0.034755955504078104
        .double 0.0020336868699246304, 0.0
tick:   .double 0.01
        .bss
        .balign 4096
bodies: .space  BODIES * BODY
