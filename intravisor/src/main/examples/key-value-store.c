// A store of up to 64 entries. The function "key-value" runs on a thread for each call, so that
// several cVMs can call it at a time.
#include "key-value.h"

static entry entries[64];
static int count;
static char locked;

static int same(const char *a, const char *b) {
  int i = 0;
  while (i < 31 && a[i] && a[i] == b[i]) i++;
  return a[i] == b[i];
}

static long answer(long operation, entry *given) {
  int at = 0;
  if (operation == COUNT) return count;
  given->key[31] = given->value[95] = 0;
  while (at < count && !same(entries[at].key, given->key)) at++;
  if (operation == GET) {
    if (at == count) return NOT_FOUND;
    *given = entries[at];
    return 0;
  }
  if (at == 64) return FULL;
  if (at == count) count++;
  entries[at] = *given;
  return 0;
}

static long serve(long cookie, long operation, long y, long z, void *bytes, cp_size size) {
  (void)cookie, (void)y, (void)z;
  if (operation != COUNT && size != sizeof(entry)) return -CP_EINVAL;
  // Held for a few comparisons: not worth a wait.
  while (__atomic_test_and_set(&locked, __ATOMIC_ACQUIRE)) {}
  long result = answer(operation, bytes);
  __atomic_clear(&locked, __ATOMIC_RELEASE);
  return result;
}

int main(void) {
  cp_listener open;
  char end;
  if (cp_call_publish("key-value", serve, 0, "client") < 0) return 1;
  if (cp_stream_listen(&open, "open", 0) < 0) return 2;
  long client = cp_stream_accept(&open, 0);
  if (client < 0 || cp_stream_send(client, "!", 1, 0) != 1) return 3;
  // Until the client has no more calls.
  return cp_stream_receive(client, &end, 1) == 0 ? 0 : 4;
}
