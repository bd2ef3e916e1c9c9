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
#else
static int transfers(void) { return 0; }

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
  if (transfers() || words() || streams()) return 1;
  CHECK(cp_file_close(&pad) == 0);
  cvm_print("good\n");
  return 0;
}
