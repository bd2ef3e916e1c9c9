// The far end of a stream, an ordinary program without capabilities: sums every byte that arrives.
#include "guest.h"
#include "sum.h"

// Room for what arrives is offered in turns. The ring is larger than a processor's own cache: where it is
// smaller, the sender takes each line from the receiver's cache before it writes to it, which takes twice
// as long (7.5 instead of 3.4 us for 64 KiB). It turns back when two
// rooms lie behind, so that the first does not overlap the last.
enum { RING = 2 << 20 };
static unsigned long ring[3 * LARGEST / sizeof(long)];
static size_t at;

static void offer(long stream, size_t room, size_t most) {
  if (at >= RING && at >= 2 * room) at = 0;
  require(hostcall(CP_STREAM_OFFER, stream, (long)ring + at, room < most ? room : most, 0) == 0);
}

// While the bytes of one room are summed, more may arrive in the next.
static unsigned long sum_all(long stream, size_t room, size_t bytes) {
  unsigned long sum = 0;
  offer(stream, room, bytes);
  while (bytes) {
    require(hostcall(CP_STREAM_POLL, stream, READABLE, FOR_EVER, 0) == READABLE);
    long n = hostcall(CP_STREAM_TAKE, stream, 0, 0, 0);
    require(n > 0 && n % 8 == 0);
    size_t arrived = at;
    at += n;
    bytes -= n;
    if (bytes) offer(stream, room, bytes);
    sum += sum_of(ring + arrived / sizeof(long), n);
  }
  return sum;
}

static unsigned long send_back(long stream, const request *r) {
  unsigned long sum = 0;
  for (size_t i = 0; i < r->count; i++) {
    receive(stream, (char *)ring, r->size);
    sum += sum_of(ring, r->size);
    send(stream, ring, r->size);
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
