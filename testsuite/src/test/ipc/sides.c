// Two sides that use cvm.h, each in a cVM of either kind; SIDE says which one this is.
#include <cvm.h>

#define CHECK(condition)                          \
  do {                                            \
    if (!(condition)) {                           \
      cvm_print("failed: " #condition "\n");      \
      return 1;                                   \
    }                                             \
  } while (0)

enum { ROUNDS = 100, BYTES = 100000 };

static unsigned char data[BYTES];
static cp_file pad;

static unsigned char pattern(long i) { return i * 37 + (i >> 8) + 1; }

#if SIDE == 1
static unsigned char bytes[4096], copy[4096];

// Any offset and length changes these bytes and no others.
static int transfers(void) {
  enum { FROM = 128, TO = 256 };
  unsigned char expected[TO] = {0};
  for (cp_size offset = FROM; offset < FROM + 17; offset++) {
    for (cp_size n = 0; n <= 33; n++) {
      for (cp_size i = 0; i < n; i++) expected[offset + i] = bytes[i] = pattern(offset * n + i);
      CHECK(cp_file_write(&pad, bytes, n, offset) == (long)n);
      CHECK(cp_file_read(&pad, copy + 1, TO - FROM, FROM) == TO - FROM);
      for (cp_size i = FROM; i < TO; i++) CHECK(copy[1 + i - FROM] == expected[i]);
      CHECK(cp_file_read(&pad, copy, n, offset) == (long)n);
      for (cp_size i = 0; i < n; i++) CHECK(copy[i] == bytes[i]);
    }
  }
  CHECK(cp_file_write(&pad, bytes, 10, 4090) == 6);
  CHECK(cp_file_read(&pad, copy, 10, 4091) == 5 && copy[0] == bytes[1]);
  CHECK(cp_file_read(&pad, copy, 1, 4096) == 0 && cp_file_write(&pad, copy, 1, 4096) == 0);
  CHECK(cp_file_read(&pad, copy, 1, ~0UL) == 0 && cp_file_write(&pad, copy, ~0UL, ~0UL) == 0);
  return 0;
}

static int words(void) {
  CHECK(cp_file_wait(&pad, 0, 1, CP_FOREVER) == -CP_EAGAIN);
  CHECK(cp_file_wait(&pad, 64, 0, 1000000) == -CP_ETIMEDOUT);
  CHECK(cp_file_wait(&pad, 4094, 0, 0) == -CP_EINVAL);
  CHECK(cp_file_wake(&pad, 64, 1) == 0);
  for (unsigned i = 1; i <= ROUNDS; i++) {
    cp_file_store(&pad, 0, i);
    CHECK(cp_file_wake(&pad, 0, 1) >= 0);
    while (cp_file_load(&pad, 4) != i) {
      int result = cp_file_wait(&pad, 4, i - 1, CP_FOREVER);
      CHECK(result == 0 || result == -CP_EAGAIN);
    }
  }
  return 0;
}

static int streams(void) {
  cp_listener idle, talk;
  CHECK(cp_stream_listen(&idle, "none-at-all", "") == -CP_ENOENT || cp_listener_close(&idle) == 0);
  CHECK(cp_stream_listen(&idle, "idle", 0) == 0);
  CHECK(cp_stream_accept(&idle, CP_NO_WAIT) == -CP_EAGAIN);
  CHECK(cp_stream_listen(&talk, "talk", 0) == 0);
  long stream = cp_stream_accept(&talk, 0);
  CHECK(stream >= 0);
  unsigned sum = 0, result = 0;
  for (long i = 0; i < BYTES; i++) sum += data[i] = pattern(i);
  for (long done = 0, n = 1; done < BYTES; done += n, n = n * 3 + 1) {
    if (n > BYTES - done) n = BYTES - done;
    CHECK(cp_stream_send(stream, data + done, n, 0) == n);
  }
  CHECK(cp_stream_finish(stream) == 0);
  for (long got = 0; got < 4;) {
    long n = cp_stream_receive(stream, (char *)&result + got, 4 - got);
    CHECK(n > 0);
    got += n;
  }
  CHECK(result == sum);
  CHECK(cp_stream_close(stream) == 0 && cp_listener_close(&talk) == 0);
  return 0;
}

// Publishes functions, and a buffer whose words say how often they were called.
static cp_file made;
enum { CALLED = 0, OPEN = 4, ENDED = 8, SIZE = 5000 };

static long reversed(long cookie, long x, long y, long z, void *bytes, cp_size size) {
  unsigned char *text = bytes;
  char name[64];
  if (cp_call_caller(name, 3) != -90 || cp_call_caller(name, sizeof name) != 6) return -1;
  for (long i = 0; i < 7; i++) if (name[i] != "second"[i]) return -2;
  for (cp_size i = 0; i < size / 2; i++) {
    unsigned char c = text[i];
    text[i] = text[size - 1 - i];
    text[size - 1 - i] = c;
  }
  return cookie + x * 100 + y * 10 + z + size;
}

// Returns when it may, whoever waits for it.
static long slow(long cookie, long x, long y, long z, void *bytes, cp_size size) {
  cp_file_store(&made, CALLED, cp_file_load(&made, CALLED) + 1);
  cp_file_wake(&made, CALLED, 1);
  while (cp_file_load(&made, OPEN) == 0) cp_file_wait(&made, OPEN, 0, CP_FOREVER);
  return x;
}

static int calls(void) {
  char name[8];
  CHECK(cp_call_caller(name, sizeof name) == -CP_EINVAL);
  for (long i = 0; i < SIZE; i++) data[i] = 0;
  CHECK(cp_file_publish("made", data, SIZE, "*", "second") == 0);
  CHECK(cp_file_publish("made", data, SIZE, 0, 0) == -CP_EEXIST);
  CHECK(cp_file_publish("nothing", data, 0, 0, 0) == -CP_EINVAL);
  CHECK(cp_file_publish("a name", data, 1, 0, 0) == -CP_EINVAL);
  CHECK(cp_file_open(&made, "made", 1) == 0 && made.size == SIZE);
  CHECK(cp_file_revoke("pad", 0) == -CP_EACCES && cp_file_revoke("none", 0) == -CP_ENOENT);
  CHECK(cp_file_publish("taken", "secret", 7, 0, "second") == 0);
  long closed = cp_call_publish("closed", slow, 0, "nobody");
  CHECK(closed >= 0);
  CHECK(cp_call_publish("reversed", slow, 0, 0) >= 0);
  CHECK(cp_call_publish("reversed", slow, 0, 0) == -CP_EEXIST);
  long unused = cp_call_publish("unused", slow, 0, 0);
  CHECK(unused >= 0 && cp_call_close(unused) == 0);
  CHECK(cp_call_publish("slow", slow, 0, 0) >= 0);
  CHECK(cp_call_publish("turned", reversed, 1000, "second") >= 0);
  while (cp_file_load(&made, ENDED) == 0) {
    int result = cp_file_wait(&made, ENDED, 0, CP_FOREVER);
    CHECK(result == 0 || result == -CP_EAGAIN);
  }
  // The other side still has it open.
  CHECK(cp_file_revoke("taken", "second") == 0);
  CHECK(cp_file_revoke("taken", 0) == 0);
  cp_file_store(&made, ENDED, 2);
  cp_file_wake(&made, ENDED, 1);
  while (cp_file_load(&made, ENDED) == 2) cp_file_wait(&made, ENDED, 2, CP_FOREVER);
  return 0;
}
#else
static int transfers(void) { return 0; }

static int calls(void) {
  cp_file made, taken;
  int result;
  enum { CALLED = 0, OPEN = 4, ENDED = 8, SIZE = 5000 };
  long turned;
  while ((turned = cp_call_open("turned")) == -CP_ENOENT) {}
  CHECK(turned >= 0);
  CHECK(cp_call_open("none") == -CP_ENOENT && cp_call_open("closed") == -CP_EACCES);
  while ((result = cp_call_open("unused")) >= 0) CHECK(cp_call_close(result) == 0);
  CHECK(result == -CP_ENOENT);
  CHECK(cp_file_open(&made, "made", 1) == 0 && cp_file_open(&taken, "taken", 0) == 0);
  CHECK(cp_call(turned, 3, 2, 1, 0, 0, CP_FOREVER) == 1321);
  for (long i = 0; i < SIZE; i++) data[i] = pattern(i);
  CHECK(cp_call(turned, 3, 2, 1, data, SIZE, CP_FOREVER) == 1321 + SIZE);
  for (long i = 0; i < SIZE; i++) CHECK(data[i] == pattern(SIZE - 1 - i));
  long call = cp_call_start(turned, 0, 0, 0, data, SIZE);
  CHECK(call >= 0 && cp_call_collect(call, CP_FOREVER, data, SIZE) == 1000 + SIZE);
  for (long i = 0; i < SIZE; i++) CHECK(data[i] == pattern(i));
  CHECK(cp_call_collect(call, 0, data, 1) < 0);
  static char large[140000];
  CHECK(cp_call(turned, 0, 0, 0, large, sizeof large, CP_FOREVER) == -90);

  // Two calls at once, of which one is left.
  long slow = cp_call_open("slow");
  CHECK(slow >= 0);
  CHECK(cp_call(slow, 1, 0, 0, 0, 0, 1000000) == -CP_ETIMEDOUT);
  call = cp_call_start(slow, 7, 0, 0, 0, 0);
  CHECK(call >= 0 && cp_call_collect(call, 1000000, 0, 0) == -CP_ETIMEDOUT);
  cp_file_store(&made, OPEN, 1);
  CHECK(cp_file_wake(&made, OPEN, 9) >= 0);
  CHECK(cp_call_collect(call, CP_FOREVER, 0, 0) == 7);
  CHECK(cp_call_close(slow) == 0 && cp_call(slow, 0, 0, 0, 0, 0, 0) < 0);

  char secret[7];
  CHECK(cp_file_read(&taken, secret, 7, 0) == 7 && secret[0] == 's');
  cp_file_store(&made, ENDED, 1);
  CHECK(cp_file_wake(&made, ENDED, 1) >= 0);
  while (cp_file_load(&made, ENDED) == 1) cp_file_wait(&made, ENDED, 1, CP_FOREVER);
  CHECK(cp_file_open(&taken, "taken", 0) == -CP_ENOENT);
  cp_file_store(&made, ENDED, 3);
  CHECK(cp_file_wake(&made, ENDED, 1) >= 0);
  return 0;
}

static int words(void) {
  for (unsigned i = 1; i <= ROUNDS; i++) {
    while (cp_file_load(&pad, 0) != i) {
      int result = cp_file_wait(&pad, 0, i - 1, CP_FOREVER);
      CHECK(result == 0 || result == -CP_EAGAIN);
    }
    cp_file_store(&pad, 4, i);
    CHECK(cp_file_wake(&pad, 4, 1) >= 0);
  }
  return 0;
}

static int streams(void) {
  CHECK(cp_stream_connect("none") == -CP_ENOENT);
  CHECK(cp_stream_connect("closed") == -CP_EACCES);
  long stream = cp_stream_connect("talk");
  CHECK(stream >= 0);
  unsigned sum = 0;
  long got = 0, n;
  while ((n = cp_stream_receive(stream, data, 1 + got % 777)) > 0) {
    for (long i = 0; i < n; i++) CHECK(data[i] == pattern(got + i));
    for (long i = 0; i < n; i++) sum += data[i];
    got += n;
  }
  CHECK(n == 0 && got == BYTES);
  CHECK(cp_stream_send(stream, &sum, 4, 0) == 4);
  // The other side closes: what was sent meanwhile may or may not have arrived.
  while ((n = cp_stream_send(stream, "x", 1, 0)) == 1) {}
  CHECK(n == -CP_EPIPE);
  CHECK(cp_stream_close(stream) == 0);
  return 0;
}
#endif

int main(void) {
  CHECK(cp_file_open(&pad, "none", 0) == -CP_ENOENT);
  CHECK(cp_file_open(&pad, "secret", 0) == -CP_EACCES);
  CHECK(cp_file_open(&pad, "pad", 1) == 0);
  CHECK(pad.size == 4096);
  if (transfers() || words() || streams() || calls()) return 1;
  CHECK(cp_file_close(&pad) == 0);
  cvm_print("good\n");
  return 0;
}
