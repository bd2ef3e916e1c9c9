/* Coroutines by swapcontext: two producers and a consumer that merges what they yield. */
#include <stdio.h>
#include <ucontext.h>

enum { STACK = 32768, VALUES = 50000 };

struct coroutine {
  ucontext_t context;
  long value;
  int done;
  char stack[STACK] __attribute__((aligned(16)));
};

static ucontext_t consumer;
static struct coroutine producers[2];

static __attribute__((noinline)) void yield(struct coroutine *self, long value) {
  self->value = value;
  swapcontext(&self->context, &consumer);
}

static void produce(int index, int step) {
  double drift = index;  /* a callee-saved floating-point register across switches */
  for (int i = 0; i < VALUES; i++) {
    yield(&producers[index], (long)i * step + index);
    drift += 0.5;
  }
  producers[index].value = (long)drift;
  producers[index].done = 1;
}

int main(void) {
  for (int i = 0; i < 2; i++) {
    struct coroutine *c = &producers[i];
    getcontext(&c->context);
    c->context.uc_stack.ss_sp = c->stack;
    c->context.uc_stack.ss_size = STACK;
    c->context.uc_link = &consumer;
    makecontext(&c->context, (void (*)(void))produce, 2, i, i + 3);
    swapcontext(&consumer, &c->context);
  }
  unsigned long checksum = 0;
  while (!producers[0].done || !producers[1].done) {
    int next = producers[0].done || (!producers[1].done && producers[1].value < producers[0].value);
    checksum = checksum * 31 + (unsigned long)producers[next].value;
    swapcontext(&consumer, &producers[next].context);
  }
  printf("%lu %ld %ld\n", checksum, producers[0].value, producers[1].value);
  return 0;
}
