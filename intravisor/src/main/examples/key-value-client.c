// Puts two entries into the store, and asks for three.
#include "key-value.h"

static long function;

static long call(long operation, entry *e) {
  return cp_call(function, operation, 0, 0, e, sizeof *e, CP_FOREVER);
}

static void copy(char *to, const char *from) {
  while ((*to++ = *from++)) {}
}

static void put(const char *key, const char *value) {
  entry e = {0};
  copy(e.key, key);
  copy(e.value, value);
  call(PUT, &e);
}

static void show(const char *key) {
  entry e = {0};
  copy(e.key, key);
  long result = call(GET, &e);
  cvm_print(key);
  cvm_print(": ");
  cvm_print(result == 0 ? e.value : "not there");
  cvm_print("\n");
}

int main(void) {
  char ready;
  long open = cp_stream_connect("open");
  if (open < 0 || cp_stream_receive(open, &ready, 1) != 1) return 1;
  function = cp_call_open("key-value");
  if (function < 0) return 2;
  put("colour", "blue");
  put("colour", "green");
  put("shape", "round");
  show("colour");
  show("shape");
  show("size");
  return call(COUNT, &(entry){0}) == 2 ? cp_stream_close(open) : 3;
}
