/*
 * Stack pointers that are none, in children: a function without memory accesses does not mind; one
 * that saves registers faults; one that reads its stack faults. Then stacks that are unusual and
 * good: odd ones, and the very ends of a mapping.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

long on_stack(long (*function)(long), long argument, uintptr_t sp);
long adds(long argument);
long saves(long argument);
long reads(long argument);
long calls(long argument);
long large(long argument);

__asm__(
    ".text\n"
    ".type on_stack, @function\n"
    "on_stack:\n"
    "  addi sp, sp, -32\n"
    "  sd ra, 24(sp)\n"
    "  sd s0, 16(sp)\n"
    "  mv s0, sp\n"
    "  mv a3, a0\n"
    "  mv a0, a1\n"
    "  mv sp, a2\n"
    "  jalr a3\n"
    "  mv sp, s0\n"
    "  ld ra, 24(sp)\n"
    "  ld s0, 16(sp)\n"
    "  addi sp, sp, 32\n"
    "  ret\n"
    ".size on_stack, .-on_stack\n"
    ".type adds, @function\n"
    "adds:\n"
    "  addi a0, a0, 1\n"
    "  ret\n"
    ".size adds, .-adds\n"
    ".type saves, @function\n"
    "saves:\n"
    "  addi sp, sp, -16\n"
    "  sd s1, 8(sp)\n"
    "  sd s2, 0(sp)\n"
    "  addi s1, a0, 2\n"
    "  mv s2, s1\n"
    "  add a0, s1, s2\n"
    "  ld s1, 8(sp)\n"
    "  ld s2, 0(sp)\n"
    "  addi sp, sp, 16\n"
    "  ret\n"
    ".size saves, .-saves\n"
    ".type reads, @function\n"
    "reads:\n"
    "  ld a1, 0(sp)\n"
    "  ld a2, 8(sp)\n"
    "  add a0, a0, a1\n"
    "  add a0, a0, a2\n"
    "  ret\n"
    ".size reads, .-reads\n"
    ".type calls, @function\n"
    "calls:\n"
    "  addi sp, sp, -16\n"
    "  sd ra, 8(sp)\n"
    "  sd s1, 0(sp)\n"
    "  mv s1, a0\n"
    "  call saves\n"
    "  add a0, a0, s1\n"
    "  call saves\n"
    "  add a0, a0, s1\n"
    "  ld s1, 0(sp)\n"
    "  ld ra, 8(sp)\n"
    "  addi sp, sp, 16\n"
    "  ret\n"
    ".size calls, .-calls\n"
    ".type large, @function\n"
    "large:\n"
    "  li t0, -12288\n"
    "  add sp, sp, t0\n"
    "  li t0, 12272\n"
    "  add t0, sp, t0\n"
    "  sd s1, 8(t0)\n"
    "  sd a0, 0(sp)\n"
    "  mv s1, a0\n"
    "  ld a0, 0(sp)\n"
    "  add a0, a0, s1\n"
    "  ld s1, 8(t0)\n"
    "  li t0, 12288\n"
    "  add sp, sp, t0\n"
    "  ret\n"
    ".size large, .-large\n");

static void in_child(const char *name, long (*function)(long), uintptr_t sp) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    _exit((int)on_stack(function, 20, sp) & 0x7f);
  }
  int status = 0;
  waitpid(child, &status, 0);
  printf("%s %d %d\n", name, WIFSIGNALED(status) ? WTERMSIG(status) : 0, WEXITSTATUS(status));
}

int main(void) {
  enum { SIZE = 1 << 20, EDGE = 1 << 16 };
  char *space =
      mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(space, EDGE, PROT_NONE);
  mprotect(space + SIZE - EDGE, EDGE, PROT_NONE);
  uintptr_t low = (uintptr_t)space + EDGE;
  uintptr_t high = (uintptr_t)space + SIZE - EDGE;
  const uintptr_t bad[] = {0, 8, 16, 4096, (uintptr_t)-16, (uintptr_t)1 << 40, low, low - 4096};
  for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    printf("stack %u\n", i);
    in_child("adds", adds, bad[i]);
    in_child("saves", saves, bad[i]);
    in_child("calls", calls, bad[i]);
    in_child("large", large, bad[i]);
  }
  in_child("reads above", reads, high);
  in_child("reads across", reads, high - 8);
  in_child("saves across", saves, low + 8);
  in_child("calls across", calls, low + 16);
  in_child("large across", large, low + 8192);
  printf("good stacks\n");
  long sum = 0;
  for (int round = 0; round < 3000; round++) {
    sum = sum * 31 + on_stack(saves, round, high);
    sum = sum * 31 + on_stack(calls, round, high);
    sum = sum * 31 + on_stack(large, round, high);
    sum = sum * 31 + on_stack(reads, round, high - 16);
    sum = sum * 31 + on_stack(saves, round, low + 16);
    sum = sum * 31 + on_stack(calls, round, low + 32);
    sum = sum * 31 + on_stack(large, round, low + 12288);
    sum = sum * 31 + on_stack(calls, round, high - 4096 - 8);
    sum = sum * 31 + on_stack(calls, round, low + 4096 + 3);
  }
  printf("%ld\n", sum);
  return 0;
}
