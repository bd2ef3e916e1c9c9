// Carries out what the benchmark writes into the buffer `control`, and writes there what it took.
#include "guest.h"
#include "sum.h"

__asm__(".include \"xcheri.inc\"");

enum { COPY = 1, FILE_COPY, ONE_WAY, ROUND_TRIP, CALL };

// Words of `control`, of 8 bytes each but for the first two, of 4: IpcGuests has the same.
enum { ASKED = 0, ANSWERED = 4, OPERATION = 8, SIZE = 16, COUNT = 24, NANOSECONDS = 32, SUM = 40 };

typedef struct {
  long bits[2];
} __attribute__((aligned(16))) slot;

static unsigned long source[LARGEST / sizeof(long)] __attribute__((aligned(4096)));
static unsigned long target[LARGEST / sizeof(long)] __attribute__((aligned(4096)));
static slot control, data, own_source, own_target;

static long get(long offset) {
  long value;
  __asm__ volatile("lc ct0, 0, %1\n\tcincoffset ct0, ct0, %2\n\tld.cap %0, ct0"
                   : "=r"(value)
                   : "r"(&control), "r"(offset)
                   : "t0", "memory");
  return value;
}

static void put(long offset, long value) {
  __asm__ volatile("lc ct0, 0, %0\n\tcincoffset ct0, ct0, %1\n\tsd.cap %2, ct0"
                   :
                   : "r"(&control), "r"(offset), "r"(value)
                   : "t0", "memory");
}

static int asked(void) {
  return (int)get(ASKED);
}

static void answer(int request) {
  __asm__ volatile("lc ct0, 0, %0\n\tcincoffsetimm ct0, ct0, 4\n\tsw.cap %1, ct0"
                   :
                   : "r"(&control), "r"((long)request)
                   : "t0", "memory");
}

static long control_call(long number, long offset, long x, long y) {
  register long t5 __asm__("t5") = number;
  register long a0 __asm__("a0");
  register long a1 __asm__("a1") = x;
  register long a2 __asm__("a2") = y;
  __asm__ volatile("lc ca0, 0, %4\n\tcincoffset ca0, ca0, %5\n\tecall"
                   : "=&r"(a0)
                   : "r"(t5), "r"(a1), "r"(a2), "r"(&control), "r"(offset)
                   : "memory");
  return a0;
}

// Leaves a capability of memory of this cVM, with the authority of DDC.
static void point(slot *to, void *at) {
  __asm__ volatile("cspecialrw ct0, ddc, cnull\n\tcsetaddr ct0, ct0, %1\n\tsc ct0, 0, %0"
                   :
                   : "r"(to), "r"(at)
                   : "t0", "memory");
}

// Capability mode: copies a2 bytes, a multiple of 16, from ca1 to ca0, a3 times. The one routine of
// memcpy and CP_File.
__asm__(
    ".option push\n"
    ".option norvc\n"
    "copy_in_capability_mode:\n"
    "  cmove ct0, ca0\n"
    "  cmove ct1, ca1\n"
    "  mv t2, a2\n"
    "1:\n"
    "  ld t3, 0(t1)\n"
    "  ld t4, 8(t1)\n"
    "  sd t3, 0(t0)\n"
    "  sd t4, 8(t0)\n"
    "  cincoffsetimm ct0, ct0, 16\n"
    "  cincoffsetimm ct1, ct1, 16\n"
    "  addi t2, t2, -16\n"
    "  bnez t2, 1b\n"
    "  addi a3, a3, -1\n"
    "  bnez a3, copy_in_capability_mode\n"
    "  jalr.cap cnull, cra\n"
    ".option pop\n");

static void copy(const slot *to, const slot *from, size_t bytes, size_t count) {
  register const slot *a0 __asm__("a0") = to;
  register const slot *a1 __asm__("a1") = from;
  register size_t a2 __asm__("a2") = bytes;
  register size_t a3 __asm__("a3") = count;
  __asm__ volatile(
      "lc ca0, 0, a0\n\t"
      "lc ca1, 0, a1\n\t"
      "lla t1, copy_in_capability_mode\n\t"
      "cspecialrw ct0, pcc, cnull\n\t"
      "csetaddr ct0, ct0, t1\n\t"
      "li t1, 1\n\t"
      "csetflags ct0, ct0, t1\n\t"
      "jalr.cap cra, ct0"
      : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3)
      :
      : "t0", "t1", "t2", "t3", "t4", "ra", "memory");
}

static long time(void) {
  return hostcall(TIME, 0, 0, 0, 0);
}

static unsigned long transfer(long stream, size_t size, size_t count, int round_trip) {
  request r = {size, count, round_trip};
  send(stream, &r, sizeof r);
  for (size_t i = 0; i < count; i++) {
    send(stream, source, size);
    if (round_trip) receive(stream, (char *)target, size);
  }
  unsigned long sum;
  receive(stream, (char *)&sum, sizeof sum);
  return sum;
}

// Without bytes, a function that adds integers.
static unsigned long call_function(long with_bytes, long with_integers, size_t size, size_t count) {
  unsigned long sum = 0;
  for (size_t i = 0; i < count; i++) {
    long n = size ? call(with_bytes, 0, 0, 0, source, size) : call(with_integers, 1, i, -i, 0, 0);
    require(n > 0);
    sum += n;
  }
  return sum;
}

// The handle of something that another cVM names soon.
static long opened(long number, const char *name) {
  long handle;
  while ((handle = hostcall(number, (long)name, 0, 0, 0)) == -ENOENT)
    control_call(CP_FILE_WAIT, ANSWERED, 0, 1000000);
  require(handle > 0);
  return handle;
}

void _start(void) {
  require(hostcall(CP_FILE_OPEN, (long)"control", (long)&control, 0, 1) == 0);
  require(hostcall(CP_FILE_OPEN, (long)"data", (long)&data, 0, 1) == 0);
  point(&own_source, source);
  point(&own_target, target);
  fill(source, LARGEST);
  long stream = opened(CP_STREAM_CONNECT, "stream");
  long with_bytes = opened(CP_CALL_OPEN, "sum-bytes");
  long with_integers = opened(CP_CALL_OPEN, "sum-integers");
  int done = 0;
  while (1) {
    while (asked() == done) control_call(CP_FILE_WAIT, ASKED, done, FOR_EVER);
    size_t size = get(SIZE), count = get(COUNT);
    long operation = get(OPERATION);
    unsigned long sum = 0;
    long start = time();
    switch (operation) {
      case COPY:
        copy(&own_target, &own_source, size, count);
        break;
      case FILE_COPY:
        copy(&data, &own_source, size, count);
        break;
      case ONE_WAY:
      case ROUND_TRIP:
        sum = transfer(stream, size, count, operation == ROUND_TRIP);
        break;
      case CALL:
        sum = call_function(with_bytes, with_integers, size, count);
        break;
      default:
        hostcall(THREAD_EXIT, 0, 0, 0, 0);
    }
    put(NANOSECONDS, time() - start);
    if (operation == COPY) {
      sum = sum_of(target, size);
      target[0] = target[size / 8 - 1] = 0;
    }
    put(SUM, sum);
    answer(++done);
    control_call(CP_FILE_WAKE, ANSWERED, 1, 0);
  }
}
