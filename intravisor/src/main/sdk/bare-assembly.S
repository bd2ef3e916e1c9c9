# What C cannot say: the first instruction of a bare program, hostcalls, and loads and stores that a
# capability authorises. Programs are in integer mode.
.include "xcheri.inc"

# Where a bare program begins: its status is what main returns.
.global _start
_start:
  call main
  li t5, 13
  ecall

# cvm_hostcall(x0, ..., x7, number): the ninth argument of a C function lies on the stack.
.global cvm_hostcall
cvm_hostcall:
  ld t5, 0(sp)
  ecall
  ret

# cvm_copy_out(to, &capability, offset, bytes): from a buffer to memory.
.global cvm_copy_out
cvm_copy_out:
  lc ct0, 0, a1
  cincoffset ct0, ct0, a2
  li t2, 8
  bltu a3, t2, 2f
1:
  ld.cap t1, ct0
  cincoffsetimm ct0, ct0, 8
  sd t1, 0(a0)
  addi a0, a0, 8
  addi a3, a3, -8
  bgeu a3, t2, 1b
2:
  beqz a3, 4f
3:
  lbu.cap t1, ct0
  cincoffsetimm ct0, ct0, 1
  sb t1, 0(a0)
  addi a0, a0, 1
  addi a3, a3, -1
  bnez a3, 3b
4:
  ret

# cvm_copy_in(from, &capability, offset, bytes): from memory to a buffer.
.global cvm_copy_in
cvm_copy_in:
  lc ct0, 0, a1
  cincoffset ct0, ct0, a2
  li t2, 8
  bltu a3, t2, 2f
1:
  ld t1, 0(a0)
  sd.cap t1, ct0
  cincoffsetimm ct0, ct0, 8
  addi a0, a0, 8
  addi a3, a3, -8
  bgeu a3, t2, 1b
2:
  beqz a3, 4f
3:
  lbu t1, 0(a0)
  sb.cap t1, ct0
  cincoffsetimm ct0, ct0, 1
  addi a0, a0, 1
  addi a3, a3, -1
  bnez a3, 3b
4:
  ret

# cvm_load(&capability, offset) and cvm_store(&capability, offset, value): one word, with the order of
# memory before and behind it.
.global cvm_load
cvm_load:
  lc ct0, 0, a0
  cincoffset ct0, ct0, a1
  fence rw, r
  lw.cap a0, ct0
  fence r, rw
  ret

.global cvm_store
cvm_store:
  lc ct0, 0, a0
  cincoffset ct0, ct0, a1
  fence rw, w
  sw.cap a2, ct0
  fence w, rw
  ret

# cvm_word_call(&capability, offset, x, y, number): a hostcall whose first argument is a capability.
.global cvm_word_call
cvm_word_call:
  mv t5, a4
  lc ct0, 0, a0
  cincoffset ca0, ct0, a1
  mv a1, a2
  mv a2, a3
  ecall
  ret
