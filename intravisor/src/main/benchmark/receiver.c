// The far end of a stream, an ordinary program without capabilities: sums every byte that arrives.
#include "guest.h"
#include "sum.h"

static unsigned long rooms[2][LARGEST / sizeof(long)];

// While the bytes of one room are summed, more may arrive in the other.
static unsigned long sum_all(long stream, size_t room, size_t bytes) {
  unsigned long sum = 0;
  int current = 0;
  hostcall(CP_STREAM_OFFER, stream, (long)rooms[0], room < bytes ? room : bytes, 0);
  while (bytes) {
    require(hostcall(CP_STREAM_POLL, stream, READABLE, FOR_EVER, 0) == READABLE);
    long n = hostcall(CP_STREAM_TAKE, stream, 0, 0, 0);
    require(n > 0 && n % 8 == 0);
    bytes -= n;
    unsigned long *arrived = rooms[current];
    current = !current;
    if (bytes)
      hostcall(CP_STREAM_OFFER, stream, (long)rooms[current], room < bytes ? room : bytes, 0);
    sum += sum_of(arrived, n);
  }
  return sum;
}

static unsigned long send_back(long stream, const request *r) {
  unsigned long sum = 0;
  for (size_t i = 0; i < r->count; i++) {
    receive(stream, (char *)rooms[0], r->size);
    sum += sum_of(rooms[0], r->size);
    send(stream, rooms[0], r->size);
  }
  return sum;
}

void _start(void) {
  long listener = hostcall(CP_STREAM_LISTEN, (long)"stream", 0, 0, 0);
  require(listener > 0);
  long stream = hostcall(CP_STREAM_ACCEPT, listener, 0, 0, 0);
  require(stream > 0);
  while (1) {
    request r;
    receive(stream, (char *)&r, sizeof r);
    size_t room = r.size > RECEIVE ? r.size : RECEIVE;
    unsigned long sum =
        r.round_trip ? send_back(stream, &r) : sum_all(stream, room, r.size * r.count);
    send(stream, &sum, sizeof sum);
  }
}
