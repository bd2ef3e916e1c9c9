// Receives from stream-sender.c, in rooms of other sizes than what is sent.
#include "streams.h"

static char room[PIECE];

void _start(void) {
  long listener = stream(CP_STREAM_LISTEN, (long)"private", (long)"somebody", 0, 0);
  CHECK(1, listener > 0);
  CHECK(2, stream(CP_STREAM_ACCEPT, listener, NO_WAIT, 0, 0) == -EAGAIN);
  listener = stream(CP_STREAM_LISTEN, (long)"pipe", (long)"sender", 0, 0);
  long handle = stream(CP_STREAM_ACCEPT, listener, 0, 0, 0);
  CHECK(3, handle > 0);
  CHECK(4, stream(CP_STREAM_SEND, handle, (long)"g", 1, 0) == 1);
  long count = 0;
  while (count < BYTES / 2) {
    long n = stream(CP_STREAM_RECEIVE, handle, (long)room, 1 + count % 333, 0);
    CHECK(5, n >= 1 && n <= 1 + count % 333);
    for (long i = 0; i < n; i++) CHECK(6, room[i] == byte_at(count + i));
    count += n;
  }
  // The rest without waiting in a receive.
  for (;;) {
    CHECK(7, stream(CP_STREAM_OFFER, handle, (long)room, 1 + count % 333, 0) == 0);
    CHECK(8, stream(CP_STREAM_POLL, handle, READABLE, -1, 0) == READABLE);
    long n = stream(CP_STREAM_TAKE, handle, 0, 0, 0);
    CHECK(9, n >= 0);
    if (n == 0) break;
    for (long i = 0; i < n; i++) CHECK(10, room[i] == byte_at(count + i));
    count += n;
  }
  CHECK(11, count == BYTES);
  CHECK(12, stream(CP_STREAM_SEND, handle, (long)&count, sizeof count, 0) == sizeof count);
  CHECK(13, stream(CP_STREAM_CLOSE, handle, 0, 0, 0) == 0);

  handle = stream(CP_STREAM_ACCEPT, listener, 0, 0, 0);
  CHECK(14, handle > 0);
  CHECK(15, stream(CP_STREAM_RECEIVE, handle, (long)room, PIECE, 0) == 3 && room[0] == 'e');
  CHECK(16, stream(CP_STREAM_RECEIVE, handle, (long)room, PIECE, 0) == -EPIPE);
  CHECK(17, stream(CP_STREAM_SEND, handle, (long)room, 1, 0) == -EPIPE);
  print("received\n");
  leave(0);
}
