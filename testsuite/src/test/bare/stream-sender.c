// Sends to stream-receiver.c, and ends without a word.
#include "streams.h"

static char piece[PIECE];

void _start(void) {
  long handle;
  while ((handle = stream(CP_STREAM_CONNECT, (long)"pipe", 0, 0, 0)) == -ENOENT) {}
  CHECK(1, handle > 0);
  CHECK(2, stream(CP_STREAM_CONNECT, (long)"private", 0, 0, 0) == -EACCES);
  // The receiver offers no room before its first byte was received.
  CHECK(3, stream(CP_STREAM_SEND, handle, (long)piece, 1, NO_WAIT) == -EAGAIN);
  CHECK(4, stream(CP_STREAM_POLL, handle, WRITABLE, 0, 0) == 0);
  CHECK(5, stream(CP_STREAM_RECEIVE, handle, (long)piece, PIECE, 0) == 1 && piece[0] == 'g');
  CHECK(6, stream(CP_STREAM_POLL, handle, WRITABLE, -1, 0) == WRITABLE);
  for (long sent = 0; sent < BYTES; sent += PIECE) {
    for (long i = 0; i < PIECE; i++) piece[i] = byte_at(sent + i);
    CHECK(7, stream(CP_STREAM_SEND, handle, (long)piece, PIECE, 0) == PIECE);
  }
  CHECK(8, stream(CP_STREAM_FINISH, handle, 0, 0, 0) == 0);
  CHECK(9, stream(CP_STREAM_SEND, handle, (long)piece, 1, 0) == -EPIPE);
  // The other direction is still open.
  long count = 0;
  CHECK(10, stream(CP_STREAM_RECEIVE, handle, (long)&count, sizeof count, 0) == sizeof count);
  CHECK(11, count == BYTES);
  CHECK(12, stream(CP_STREAM_RECEIVE, handle, (long)piece, PIECE, 0) == 0);
  CHECK(13, stream(CP_STREAM_CLOSE, handle, 0, 0, 0) == 0);
  CHECK(14, stream(CP_STREAM_SEND, handle, (long)piece, 1, 0) == -EINVAL);

  CHECK(15, stream(CP_STREAM_RECEIVE, handle + 1, (long)piece, PIECE, 0) == -EINVAL);
  handle = stream(CP_STREAM_CONNECT, (long)"pipe", 0, 0, 0);
  CHECK(16, handle > 0);
  CHECK(17, stream(CP_STREAM_SEND, handle, 16, 8, 0) == -EFAULT);
  CHECK(18, stream(CP_STREAM_RECEIVE, handle, -8, 16, 0) == -EFAULT);
  CHECK(19, stream(CP_STREAM_SEND, handle, (long)"end", 3, 0) == 3);
  print("sent\n");
  leave(0);
}
