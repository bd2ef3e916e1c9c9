/*
 * Runs in a cVM that hosts a library: loads it, then calls its functions as requests ask for.
 *
 * agent LIBRARY REQUESTS ANSWERS: the last two are descriptors. Numbers are little-endian, as in
 * CallChannel.java. First an answer tells whether the library was loaded: 1, or 0 and behind it a
 * message. Then each request gets one answer; a function of 0 asks for the address of a name,
 * which follows the request and whose length is the first integer.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct request {
  uint64_t function;
  uint64_t integers[8];
  uint64_t floats[8];
};

struct answer {
  uint64_t integer;
  uint64_t floating;
};

enum { LONGEST_NAME = 4096 };

/* All argument registers are loaded, and both result registers are stored, whatever the type. */
void call(const struct request *request, struct answer *answer);
__asm__(
    ".globl call\n"
    ".type call, @function\n"
    "call:\n"
    "  .cfi_startproc\n"
    "  addi sp, sp, -16\n"
    "  .cfi_def_cfa_offset 16\n"
    "  sd ra, 8(sp)\n"
    "  sd s0, 0(sp)\n"
    "  .cfi_offset ra, -8\n"
    "  .cfi_offset s0, -16\n"
    "  mv s0, a1\n"
    "  mv t0, a0\n"
    "  ld t1, 0(t0)\n"
    "  ld a0, 8(t0)\n"
    "  ld a1, 16(t0)\n"
    "  ld a2, 24(t0)\n"
    "  ld a3, 32(t0)\n"
    "  ld a4, 40(t0)\n"
    "  ld a5, 48(t0)\n"
    "  ld a6, 56(t0)\n"
    "  ld a7, 64(t0)\n"
    "  fld fa0, 72(t0)\n"
    "  fld fa1, 80(t0)\n"
    "  fld fa2, 88(t0)\n"
    "  fld fa3, 96(t0)\n"
    "  fld fa4, 104(t0)\n"
    "  fld fa5, 112(t0)\n"
    "  fld fa6, 120(t0)\n"
    "  fld fa7, 128(t0)\n"
    "  jalr t1\n"
    "  sd a0, 0(s0)\n"
    "  fsd fa0, 8(s0)\n"
    "  ld s0, 0(sp)\n"
    "  ld ra, 8(sp)\n"
    "  addi sp, sp, 16\n"
    "  ret\n"
    "  .cfi_endproc\n"
    ".size call, . - call\n");

static void receive(int descriptor, void *to, size_t size) {
  for (size_t n = 0; n < size;) {
    ssize_t got = read(descriptor, (char *)to + n, size - n);
    if (got <= 0) {
      _exit(0); /* Java closed its end. */
    }
    n += got;
  }
}

static void send(int descriptor, const void *from, size_t size) {
  for (size_t n = 0; n < size;) {
    ssize_t put = write(descriptor, (const char *)from + n, size - n);
    if (put <= 0) {
      _exit(0);
    }
    n += put;
  }
}

int main(int argc, char **argv) {
  if (argc != 4) {
    return 2;
  }
  int requests = atoi(argv[2]);
  int answers = atoi(argv[3]);
  struct request request;
  struct answer answer = {0, 0};
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
  if (!library) {
    const char *message = dlerror();
    answer.floating = strlen(message);
    send(answers, &answer, sizeof answer);
    send(answers, message, strlen(message));
    return 1;
  }
  answer.integer = 1;
  send(answers, &answer, sizeof answer);
  for (;;) {
    receive(requests, &request, sizeof request);
    if (request.function) {
      call(&request, &answer);
    } else {
      char name[LONGEST_NAME + 1];
      size_t length = request.integers[0];
      if (length > LONGEST_NAME) {
        return 2;
      }
      receive(requests, name, length);
      name[length] = 0;
      answer.integer = (uint64_t)dlsym(library, name);
      answer.floating = 0;
    }
    send(answers, &answer, sizeof answer);
  }
}
