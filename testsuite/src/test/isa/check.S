# What every self-checking program is made of: registers and scratch memory are given a state, the
# instructions under test run, and the state they leave is compared with the expected one.
#
# A state has these double-words: sp, a0 to a3, fa0 to fa3, fcsr, four of scratch memory, and the
# trap: 0, or the signal's number plus 256 times the offset of the instruction.
#
# s0 the case, s1 cases left, s2 its number, s3 the check, s4 sp meanwhile, s5 the state before,
# s6 scratch memory, s7 the state after, s8 the expected one, s9 the first of the instructions under
# test, s10 what follows them, s11 the check's title.

	.option	nopic
	.equ	COLUMNS, 15
	.equ	FCSR, 9
	.equ	MEMORY, 10
	.equ	TRAP, 14

	.equ	WRITE, 64
	.equ	EXIT, 93
	.equ	SIGALTSTACK, 132
	.equ	RT_SIGACTION, 134
	.equ	UCONTEXT_PC, 176
	.equ	SA_SIGINFO_ONSTACK, 0x08000004
	.equ	ALTERNATE_STACK, 32768

	.section .scratch, "aw", @nobits
	.space	4096

	.bss
	.balign	16
before:
	.space	8 * COLUMNS
after:
	.space	8 * COLUMNS
expected:
	.space	8 * COLUMNS
digits:
	.space	24
alternate_stack:
	.space	ALTERNATE_STACK

# Starts a check: each case is given to the instructions between START and CHECKED.
	.macro	BEGIN number, count
	.text
	la	s0, cases_\number
	li	s1, \count
	li	s2, 0
	li	s3, \number
	la	s9, slot_\number
	la	s10, end_\number
	la	s11, title_\number
again_\number:
	addi	s2, s2, 1
	call	reset
	.endm

# A column of the state before, from an offset in the case.
	.macro	INPUT column, offset
	ld	t0, \offset(s0)
	sd	t0, 8 * \column(s5)
	.endm

# Behind the inputs: what is no output stays as it was.
	.macro	UNCHANGED
	mv	t1, s5
	mv	t2, s8
	call	copy
	.endm

# A column of the state after.
	.macro	OUTPUT column, offset
	ld	t0, \offset(s0)
	sd	t0, 8 * \column(s8)
	.endm

	.macro	START number
	sd	zero, 8 * TRAP(s7)
	.irp	n, 0, 1, 2, 3
	ld	t0, 8 * (MEMORY + \n)(s5)
	sd	t0, 8 * \n(s6)
	ld	a\n, 8 * (1 + \n)(s5)
	fld	fa\n, 8 * (5 + \n)(s5)
	.endr
	ld	t0, 8 * FCSR(s5)
	fscsr	t0
	mv	s4, sp
	ld	sp, 0(s5)
	.option	push
	.option	norvc
slot_\number:
	.endm

	.macro	CHECKED number, size
	.option	pop
end_\number:
	sd	sp, 0(s7)
	mv	sp, s4
	.irp	n, 0, 1, 2, 3
	sd	a\n, 8 * (1 + \n)(s7)
	fsd	fa\n, 8 * (5 + \n)(s7)
	ld	t0, 8 * \n(s6)
	sd	t0, 8 * (MEMORY + \n)(s7)
	.endr
	frcsr	t0
	sd	t0, 8 * FCSR(s7)
	call	compare
	addi	s0, s0, \size
	addi	s1, s1, -1
	bnez	s1, again_\number
	.endm

# The end of the program, where nothing failed.
	.macro	PASS
	.text
	li	a0, 0
	li	a7, EXIT
	ecall
	.endm

# The start of the program.
	.macro	PROGRAM
	.text
	.globl	_start
_start:
	la	s5, before
	la	s7, after
	la	s8, expected
	li	s6, 0x300000
	.endm

# Lets traps end the instructions under test instead of the program.
	.macro	CATCH
	la	a0, alternate
	li	a1, 0
	li	a7, SIGALTSTACK
	ecall
	.irp	signal, 4, 5, 7, 11
	li	a0, \signal
	la	a1, action
	li	a2, 0
	li	a3, 8
	li	a7, RT_SIGACTION
	ecall
	.endr
	.endm

	.data
	.balign	8
alternate:
	.dword	alternate_stack, 0, ALTERNATE_STACK
action:
	.dword	handler, SA_SIGINFO_ONSTACK, 0, 0

	.text
# The state before, where no input says otherwise.
reset:
	la	t1, defaults
	mv	t2, s5
copy:
	addi	t3, t1, 8 * COLUMNS
1:
	ld	t0, 0(t1)
	sd	t0, 0(t2)
	addi	t1, t1, 8
	addi	t2, t2, 8
	bne	t1, t3, 1b
	ret

compare:
	li	t0, 0
	li	t1, 8 * COLUMNS
1:
	add	t2, s7, t0
	add	t3, s8, t0
	ld	t2, 0(t2)
	ld	t3, 0(t3)
	bne	t2, t3, fail
	addi	t0, t0, 8
	bne	t0, t1, 1b
	ret

# Prints the title and the number of the case; the exit status is the number of the check.
fail:
	li	a0, 2
	mv	a1, s11
	mv	a2, s11
1:
	lbu	t0, 0(a2)
	addi	a2, a2, 1
	bnez	t0, 1b
	addi	a2, a2, -1
	sub	a2, a2, a1
	li	a7, WRITE
	ecall
	la	a1, digits + 23
	li	t0, '\n'
	sb	t0, 0(a1)
	li	t1, 10
	mv	t2, s2
2:
	remu	t0, t2, t1
	divu	t2, t2, t1
	addi	t0, t0, '0'
	addi	a1, a1, -1
	sb	t0, 0(a1)
	bnez	t2, 2b
	li	a0, 2
	la	a2, digits + 24
	sub	a2, a2, a1
	li	a7, WRITE
	ecall
	mv	a0, s3
	li	a7, EXIT
	ecall

# a0 the signal, a2 the context; the s registers are those of the interrupted code.
handler:
	ld	t0, UCONTEXT_PC(a2)
	sub	t0, t0, s9
	slli	t0, t0, 8
	or	t0, t0, a0
	sd	t0, 8 * TRAP(s7)
	sd	s10, UCONTEXT_PC(a2)
	ret
