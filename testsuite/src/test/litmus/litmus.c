/*
 * Litmus tests of RVWMO with real threads.
 *
 * usage: litmus ROUNDS [SHAPE]
 *
 * Prints a line for each shape: its name, whether the outcome it looks for is forbidden or allowed by
 * the RISC-V memory model, how often it was seen, in how many rounds, and where the code of its threads
 * is. Names are those of the
 * litmus literature: MP message passing, SB store buffering, LB load buffering, WRC write-to-read
 * causality, IRIW independent reads of independent writes, Co* coherence of one location; what stands
 * between a thread's two accesses follows (po: nothing, addr, data, ctrl: dependencies).
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 4
#define BATCH 512
/* Rounds at one location run this much longer, in fewer batches: threads start one after another. */
#define LONG_ROUND 16384

/* Rounds in which each thread waits for the other are fewer. */
#define SPIN_LESS 50

/* One round: locations on lines of their own, and what its threads read. */
struct cell {
  _Alignas(64) long x;
  _Alignas(64) long y;
  _Alignas(64) long z;
  _Alignas(64) long r[6];
};

typedef void thread_code(struct cell *c, long n);

struct shape {
  const char *name;
  int forbidden;
  thread_code *code[THREADS];
  int (*seen)(const struct cell *c);
};

#define STORE(p, v) asm volatile("sd %0, 0(%1)" : : "r"((long)(v)), "r"(p) : "memory")
#define LOAD(v, p) asm volatile("ld %0, 0(%1)" : "=r"(v) : "r"(p) : "memory")
#define FENCE(kind) asm volatile("fence " kind : : : "memory")
#define FENCE_TSO asm volatile("fence.tso" : : : "memory")
#define SWAP_RL(p, v) asm volatile("amoswap.d.rl zero, %0, (%1)" : : "r"((long)(v)), "r"(p) : "memory")
#define SWAP(p, v) asm volatile("amoswap.d zero, %0, (%1)" : : "r"((long)(v)), "r"(p) : "memory")
#define READ_AQ(v, p) asm volatile("amoor.d.aq %0, zero, (%1)" : "=r"(v) : "r"(p) : "memory")
#define READ_AQRL(v, p) asm volatile("amoor.d.aqrl %0, zero, (%1)" : "=r"(v) : "r"(p) : "memory")
#define RESERVED_AQ(v, p) asm volatile("lr.d.aq %0, (%1)" : "=r"(v) : "r"(p) : "memory")
#define RESERVED_AQRL(v, p) asm volatile("lr.d.aqrl %0, (%1)" : "=r"(v) : "r"(p) : "memory")
/* Dependencies in form only: the value that a load gave makes no difference. */
#define LOAD_ADDR(v, dep, p) \
  asm volatile("xor %0, %1, %1\n add %0, %0, %2\n ld %0, 0(%0)" \
               : "=&r"(v) : "r"(dep), "r"(p) : "memory")
#define STORE_DATA(p, v, dep) \
  do { \
    long t_; \
    asm volatile("xor %0, %1, %1\n add %0, %0, %2\n sd %0, 0(%3)" \
                 : "=&r"(t_) : "r"(dep), "r"((long)(v)), "r"(p) : "memory"); \
  } while (0)
#define STORE_ADDR(p, v, dep) \
  do { \
    long t_; \
    asm volatile("xor %0, %1, %1\n add %0, %0, %3\n sd %2, 0(%0)" \
                 : "=&r"(t_) : "r"(dep), "r"((long)(v)), "r"(p) : "memory"); \
  } while (0)
#define STORE_CTRL(p, v, dep) \
  asm volatile("bnez %0, 1f\n1: sd %1, 0(%2)" : : "r"(dep), "r"((long)(v)), "r"(p) : "memory")
#define LOAD_CTRL(v, dep, p) \
  asm volatile("bnez %1, 1f\n1: ld %0, 0(%2)" : "=&r"(v) : "r"(dep), "r"(p) : "memory")

#define THREAD(name, ...) \
  __attribute__((noinline)) static void name(struct cell *c, long n) { \
    for (; n > 0; n--, c++) { \
      long a = 0, b = 0; \
      (void)a, (void)b; \
      __VA_ARGS__ \
    } \
  }
#define RESULTS(i) c->r[i] = a, c->r[i + 1] = b;

/* Writers of MP: x before y. */
THREAD(mp_po, STORE(&c->x, 1); STORE(&c->y, 1);)
THREAD(mp_ww, STORE(&c->x, 1); FENCE("w,w"); STORE(&c->y, 1);)
THREAD(mp_rww, STORE(&c->x, 1); FENCE("rw,w"); STORE(&c->y, 1);)
THREAD(mp_rwrw, STORE(&c->x, 1); FENCE("rw,rw"); STORE(&c->y, 1);)
THREAD(mp_tso, STORE(&c->x, 1); FENCE_TSO; STORE(&c->y, 1);)
THREAD(mp_rl, STORE(&c->x, 1); SWAP_RL(&c->y, 1);)
THREAD(mp_sc, STORE(&c->x, 1);
       asm volatile("1: lr.d %0, (%1)\n sc.d.rl %0, %2, (%1)\n bnez %0, 1b"
                    : "=&r"(a) : "r"(&c->y), "r"(1L) : "memory");)
THREAD(mp_byte, STORE(&c->x, 1); FENCE("w,w");
       asm volatile("sb %0, 3(%1)" : : "r"(1L), "r"(&c->y) : "memory");)
THREAD(mp_pointer, STORE(&c->x, 1); FENCE("w,w"); STORE(&c->y, &c->x);)

/* Readers of MP: y before x. */
THREAD(read_po, LOAD(a, &c->y); LOAD(b, &c->x); RESULTS(0))
THREAD(read_rr, LOAD(a, &c->y); FENCE("r,r"); LOAD(b, &c->x); RESULTS(0))
THREAD(read_rrw, LOAD(a, &c->y); FENCE("r,rw"); LOAD(b, &c->x); RESULTS(0))
THREAD(read_rwrw, LOAD(a, &c->y); FENCE("rw,rw"); LOAD(b, &c->x); RESULTS(0))
THREAD(read_tso, LOAD(a, &c->y); FENCE_TSO; LOAD(b, &c->x); RESULTS(0))
THREAD(read_amo, READ_AQ(a, &c->y); LOAD(b, &c->x); RESULTS(0))
THREAD(read_lr, RESERVED_AQ(a, &c->y); LOAD(b, &c->x); RESULTS(0))
THREAD(read_addr, LOAD(a, &c->y); LOAD_ADDR(b, a, &c->x); RESULTS(0))
THREAD(read_ctrl, LOAD(a, &c->y); LOAD_CTRL(b, a, &c->x); RESULTS(0))
THREAD(read_pointer, LOAD(a, &c->y); if (a) { LOAD(b, (long *)a); a = 1; } RESULTS(0))
/* The flag is a byte of what is read, the data a byte of what was written. */
THREAD(read_wide, LOAD(a, &c->y); FENCE("r,r");
       asm volatile("lbu %0, 0(%1)" : "=r"(b) : "r"(&c->x) : "memory"); a = a != 0; RESULTS(0))
static int mp(const struct cell *c) { return c->r[0] == 1 && c->r[1] == 0; }

/* SB: each stores one location and reads the other. */
THREAD(sb0_po, STORE(&c->x, 1); LOAD(c->r[0], &c->y);)
THREAD(sb1_po, STORE(&c->y, 1); LOAD(c->r[1], &c->x);)
THREAD(sb0_tso, STORE(&c->x, 1); FENCE_TSO; LOAD(c->r[0], &c->y);)
THREAD(sb1_tso, STORE(&c->y, 1); FENCE_TSO; LOAD(c->r[1], &c->x);)
THREAD(sb0_rwrw, STORE(&c->x, 1); FENCE("rw,rw"); LOAD(c->r[0], &c->y);)
THREAD(sb1_rwrw, STORE(&c->y, 1); FENCE("rw,rw"); LOAD(c->r[1], &c->x);)
THREAD(sb0_wr, STORE(&c->x, 1); FENCE("w,r"); LOAD(c->r[0], &c->y);)
THREAD(sb1_wr, STORE(&c->y, 1); FENCE("w,r"); LOAD(c->r[1], &c->x);)
THREAD(sb0_amo, STORE(&c->x, 1); READ_AQRL(c->r[0], &c->y);)
THREAD(sb1_amo, STORE(&c->y, 1); READ_AQRL(c->r[1], &c->x);)
THREAD(sb0_lr, STORE(&c->x, 1); RESERVED_AQRL(c->r[0], &c->y);)
THREAD(sb1_lr, STORE(&c->y, 1); RESERVED_AQRL(c->r[1], &c->x);)
THREAD(sb0_rfi, STORE(&c->x, 1); LOAD(a, &c->x); LOAD_ADDR(c->r[0], a, &c->y);)
THREAD(sb1_rfi, STORE(&c->y, 1); LOAD(a, &c->y); LOAD_ADDR(c->r[1], a, &c->x);)
static int sb(const struct cell *c) { return c->r[0] == 0 && c->r[1] == 0; }

/* LB: each reads one location, then stores the other. */
THREAD(lb0_po, LOAD(a, &c->x); STORE(&c->y, 1); c->r[0] = a;)
THREAD(lb1_po, LOAD(a, &c->y); STORE(&c->x, 1); c->r[1] = a;)
THREAD(lb0_rw, LOAD(a, &c->x); FENCE("r,w"); STORE(&c->y, 1); c->r[0] = a;)
THREAD(lb1_rw, LOAD(a, &c->y); FENCE("r,w"); STORE(&c->x, 1); c->r[1] = a;)
THREAD(lb0_data, LOAD(a, &c->x); STORE_DATA(&c->y, 1, a); c->r[0] = a;)
THREAD(lb1_data, LOAD(a, &c->y); STORE_DATA(&c->x, 1, a); c->r[1] = a;)
THREAD(lb0_addr, LOAD(a, &c->x); STORE_ADDR(&c->y, 1, a); c->r[0] = a;)
THREAD(lb1_addr, LOAD(a, &c->y); STORE_ADDR(&c->x, 1, a); c->r[1] = a;)
THREAD(lb0_ctrl, LOAD(a, &c->x); STORE_CTRL(&c->y, 1, a); c->r[0] = a;)
THREAD(lb1_ctrl, LOAD(a, &c->y); STORE_CTRL(&c->x, 1, a); c->r[1] = a;)
/* The address of a store between has to be known: behind it stores wait for the load. */
THREAD(lb0_addrpo, LOAD(a, &c->x); STORE_ADDR(&c->z, 1, a); STORE(&c->y, 1); c->r[0] = a;)
THREAD(lb1_addrpo, LOAD(a, &c->y); STORE_ADDR(&c->z, 1, a); STORE(&c->x, 1); c->r[1] = a;)
static int lb(const struct cell *c) { return c->r[0] == 1 && c->r[1] == 1; }

/* S, R and 2+2W: the final value of a location tells which store came last. */
THREAD(s0, STORE(&c->x, 2); FENCE("w,w"); STORE(&c->y, 1);)
THREAD(s1_data, LOAD(a, &c->y); STORE_DATA(&c->x, 1, a); c->r[0] = a;)
THREAD(s1_addr, LOAD(a, &c->y); STORE_ADDR(&c->x, 1, a); c->r[0] = a;)
THREAD(s1_ctrl, LOAD(a, &c->y); STORE_CTRL(&c->x, 1, a); c->r[0] = a;)
static int s(const struct cell *c) { return c->r[0] == 1 && c->x == 2; }
THREAD(r0, STORE(&c->x, 1); FENCE("w,w"); STORE(&c->y, 1);)
THREAD(r1_po, STORE(&c->y, 2); LOAD(c->r[0], &c->x);)
THREAD(r1_wr, STORE(&c->y, 2); FENCE("w,r"); LOAD(c->r[0], &c->x);)
static int r(const struct cell *c) { return c->r[0] == 0 && c->y == 2; }
THREAD(w0_po, STORE(&c->x, 2); STORE(&c->y, 1);)
THREAD(w1_po, STORE(&c->y, 2); STORE(&c->x, 1);)
THREAD(w0_ww, STORE(&c->x, 2); FENCE("w,w"); STORE(&c->y, 1);)
THREAD(w1_ww, STORE(&c->y, 2); FENCE("w,w"); STORE(&c->x, 1);)
static int w(const struct cell *c) { return c->x == 2 && c->y == 2; }

/* WRC and IRIW: all see the stores of others in one order. */
THREAD(set_x, STORE(&c->x, 1);)
THREAD(set_y, STORE(&c->y, 1);)
THREAD(wrc1, LOAD(a, &c->x); STORE_DATA(&c->y, 1, a); c->r[2] = a;)
static int wrc(const struct cell *c) { return c->r[2] == 1 && c->r[0] == 1 && c->r[1] == 0; }
THREAD(iriw2_rr, LOAD(a, &c->x); FENCE("r,r"); LOAD(b, &c->y); RESULTS(2))
THREAD(iriw2_addr, LOAD(a, &c->x); LOAD_ADDR(b, a, &c->y); RESULTS(2))
static int iriw(const struct cell *c) {
  return c->r[0] == 1 && c->r[1] == 0 && c->r[2] == 1 && c->r[3] == 0;
}

/* Coherence: one location for all rounds, which the other thread changes all the time. */
static long *volatile alias; /* the same location, but no compiler can know it */
#define ALWAYS(name, prologue, ...) \
  __attribute__((noinline)) static void name(struct cell *c, long n) { \
    long bad = 0; \
    prologue; \
    for (long k = 1; k <= LONG_ROUND * n; k++) { \
      long a = 0, b = 0; \
      (void)a, (void)b; \
      __VA_ARGS__ \
    } \
    c->r[0] += bad; \
  }
#define ALIAS long *q = alias, d
ALWAYS(count, , for (int m = 0; m < 4; m++) STORE(&c->x, 4 * k + m);)
ALWAYS(corr, ALIAS, LOAD(a, &c->x); LOAD(b, q); bad += a > b; (void)d;)
ALWAYS(corr_rare, ALIAS, LOAD(a, &c->x); LOAD(b, q); if ((b & 3) == 3) bad += a > b; (void)d;)
ALWAYS(corr_three, ALIAS, LOAD(a, &c->x); LOAD(b, q); LOAD(d, &c->x); bad += a > b || b > d;)
ALWAYS(corr_other, ALIAS, LOAD(a, q); LOAD(d, &c->z); LOAD(b, q); bad += (a > b) + d;)
ALWAYS(corr_addr, ALIAS, LOAD(a, &c->x); LOAD_ADDR(b, a, q); bad += a > b; (void)d;)
ALWAYS(corr_mixed, ALIAS,
       asm volatile("lwu %0, 0(%2)\n ld %1, 0(%3)"
                    : "=&r"(a), "=&r"(b) : "r"(q), "r"(&c->x) : "memory");
       bad += a > b; (void)d;)
ALWAYS(corr_narrow, ALIAS,
       asm volatile("ld %0, 0(%2)\n lwu %1, 0(%3)"
                    : "=&r"(a), "=&r"(b) : "r"(q), "r"(&c->x) : "memory");
       bad += a > b; (void)d;)
/* Once another's store was seen behind the own one, the own one is never seen again. */
ALWAYS(cowr, ALIAS,
       STORE(&c->x, -k); LOAD(a, q); LOAD(b, &c->x); LOAD(d, q);
       bad += (a != -k && b == -k) + (b != -k && d == -k);)
ALWAYS(corw, ALIAS, LOAD(a, q); STORE(&c->x, -k); bad += a == -k; (void)d;)
static int bad(const struct cell *c) { return c->r[0] > 1000 ? 1000 : c->r[0]; }

/* Single-copy atomicity of an aligned doubleword. */
ALWAYS(halves, , STORE(&c->x, -(k & 1));)
ALWAYS(whole, , LOAD(a, &c->x); bad += a != 0 && a != -1; (void)b;)
THREAD(mixed0, asm volatile("sw %1, 0(%2)\n ld %0, 0(%2)"
                            : "=&r"(a) : "r"(1L), "r"(&c->x) : "memory"); c->r[0] = a;)
THREAD(mixed1, asm volatile("sw %1, 4(%2)\n ld %0, 0(%2)"
                            : "=&r"(a) : "r"(1L), "r"(&c->x) : "memory"); c->r[1] = a;)
/* A thread reads its own half, whatever else it reads. */
static int mixed(const struct cell *c) { return (int)c->r[0] != 1 || c->r[1] >> 32 != 1; }
static int mixed_sb(const struct cell *c) { return c->r[0] >> 32 == 0 && (int)c->r[1] == 0; }

/* Atomicity: no increment is lost. */
THREAD(add_amo, for (int k = 0; k < 8; k++)
         asm volatile("amoadd.d zero, %0, (%1)" : : "r"(1L), "r"(&c->x) : "memory");)
THREAD(add_lrsc, for (int k = 0; k < 8; k++)
         asm volatile("1: lr.d %0, (%2)\n addi %0, %0, 1\n sc.d %1, %0, (%2)\n bnez %1, 1b"
                      : "=&r"(a), "=&r"(b) : "r"(&c->x) : "memory");)
static int lost(const struct cell *c) { return c->x != 16; }
/* A store between LR and SC makes the SC fail: 2 is never overwritten by what was read before it. */
THREAD(lrsc_set, asm volatile("lr.d %0, (%2)\n addi %0, %0, 1\n sc.d %1, %0, (%2)"
                              : "=&r"(a), "=&r"(b) : "r"(&c->x) : "memory"); c->r[0] = b;)
THREAD(set_five, STORE(&c->x, 5);)
static int lrsc_lost(const struct cell *c) { return c->x == 1; }

/*
 * Threads that wait for each other in turn, with plain loads and nothing else in the loop: in place,
 * through a pointer that the loop loads too, and in a call, which a compiler may inline. That they end
 * is the test; what was written before is seen behind the loop.
 */
__attribute__((noinline)) static long read_in_call(const long *p) {
  long v;
  LOAD(v, p);
  return v;
}
#define IN_PLACE(v, p, slot) LOAD(v, p)
#define THROUGH_POINTER(v, p, slot) \
  do { \
    long *t_; \
    LOAD(t_, slot); \
    LOAD(v, t_); \
  } while (0)
#define IN_CALL(v, p, slot) v = read_in_call(p)
#define SPIN(name, READ) \
  THREAD(name##0, STORE(&c->z, &c->y); STORE(&c->r[4], 1); FENCE("w,w"); STORE(&c->x, 1); \
         do READ(a, &c->y, &c->z); while (!a); \
         FENCE("r,r"); LOAD(b, &c->r[5]); c->r[0] = b;) \
  THREAD(name##1, STORE(&c->r[2], &c->x); do READ(a, &c->x, &c->r[2]); while (!a); \
         FENCE("r,r"); LOAD(b, &c->r[4]); c->r[1] = b; \
         STORE(&c->r[5], 1); FENCE("w,w"); STORE(&c->y, 1);)
SPIN(spin, IN_PLACE)
SPIN(spin_pointer, THROUGH_POINTER)
SPIN(spin_call, IN_CALL)
static int spun(const struct cell *c) { return c->r[0] != 1 || c->r[1] != 1; }

static const struct shape SHAPES[] = {
  {"MP+po+po", 0, {mp_po, read_po}, mp},
  {"MP+fence.w.w+po", 0, {mp_ww, read_po}, mp},
  {"MP+fence.w.w+ctrl", 0, {mp_ww, read_ctrl}, mp},
  {"MP+fence.w.w+fence.r.r", 1, {mp_ww, read_rr}, mp},
  {"MP+fence.rw.w+fence.r.rw", 1, {mp_rww, read_rrw}, mp},
  {"MP+fence.rw.rw+fence.rw.rw", 1, {mp_rwrw, read_rwrw}, mp},
  {"MP+fence.tso+fence.tso", 1, {mp_tso, read_tso}, mp},
  {"MP+amoswap.rl+amoor.aq", 1, {mp_rl, read_amo}, mp},
  {"MP+amoswap.rl+lr.aq", 1, {mp_rl, read_lr}, mp},
  {"MP+sc.rl+lr.aq", 1, {mp_sc, read_lr}, mp},
  {"MP+fence.w.w+fence.r.r+mixed", 1, {mp_byte, read_wide}, mp},
  {"MP+fence.w.w+addr", 1, {mp_ww, read_addr}, mp},
  {"MP+fence.w.w+pointer", 1, {mp_pointer, read_pointer}, mp},
  {"SB+po+po", 0, {sb0_po, sb1_po}, sb},
  {"SB+fence.tso+fence.tso", 0, {sb0_tso, sb1_tso}, sb},
  {"SB+rfi-addr+rfi-addr", 0, {sb0_rfi, sb1_rfi}, sb},
  {"SB+fence.rw.rw+fence.rw.rw", 1, {sb0_rwrw, sb1_rwrw}, sb},
  {"SB+fence.w.r+fence.w.r", 1, {sb0_wr, sb1_wr}, sb},
  {"SB+amoor.aqrl+amoor.aqrl", 1, {sb0_amo, sb1_amo}, sb},
  {"SB+lr.aqrl+lr.aqrl", 1, {sb0_lr, sb1_lr}, sb},
  {"LB+po+po", 0, {lb0_po, lb1_po}, lb},
  {"LB+fence.r.w+fence.r.w", 1, {lb0_rw, lb1_rw}, lb},
  {"LB+data+data", 1, {lb0_data, lb1_data}, lb},
  {"LB+addr+addr", 1, {lb0_addr, lb1_addr}, lb},
  {"LB+ctrl+ctrl", 1, {lb0_ctrl, lb1_ctrl}, lb},
  {"LB+addr-po+addr-po", 1, {lb0_addrpo, lb1_addrpo}, lb},
  {"S+fence.w.w+data", 1, {s0, s1_data}, s},
  {"S+fence.w.w+addr", 1, {s0, s1_addr}, s},
  {"S+fence.w.w+ctrl", 1, {s0, s1_ctrl}, s},
  {"R+fence.w.w+po", 0, {r0, r1_po}, r},
  {"R+fence.w.w+fence.w.r", 1, {r0, r1_wr}, r},
  {"2+2W+po+po", 0, {w0_po, w1_po}, w},
  {"2+2W+fence.w.w+fence.w.w", 1, {w0_ww, w1_ww}, w},
  {"WRC+data+addr", 1, {set_x, wrc1, read_addr}, wrc},
  {"WRC+data+fence.r.r", 1, {set_x, wrc1, read_rr}, wrc},
  {"IRIW+fence.r.r+fence.r.r", 1, {set_x, set_y, read_rr, iriw2_rr}, iriw},
  {"IRIW+addr+addr", 1, {set_x, set_y, read_addr, iriw2_addr}, iriw},
  {"CoRR", 1, {count, corr}, bad},
  {"CoRR+rare", 1, {count, corr_rare}, bad},
  {"CoRR+three", 1, {count, corr_three}, bad},
  {"CoRR+other", 1, {count, corr_other}, bad},
  {"CoRR+addr", 1, {count, corr_addr}, bad},
  {"CoRR+mixed", 1, {count, corr_mixed}, bad},
  {"CoRR+narrow", 1, {count, corr_narrow}, bad},
  {"CoWR", 1, {count, cowr}, bad},
  {"CoRW", 1, {count, corw}, bad},
  {"doubleword", 1, {halves, whole}, bad},
  {"mixed+own", 1, {mixed0, mixed1}, mixed},
  {"mixed+SB", 0, {mixed0, mixed1}, mixed_sb},
  {"amoadd", 1, {add_amo, add_amo}, lost},
  {"lr+sc", 1, {add_lrsc, add_lrsc}, lost},
  {"lr+sc+amoadd", 1, {add_lrsc, add_amo}, lost},
  {"lr+sc+store", 1, {lrsc_set, set_five}, lrsc_lost},
  {"spin", 1, {spin0, spin1}, spun},
  {"spin+pointer", 1, {spin_pointer0, spin_pointer1}, spun},
  {"spin+call", 1, {spin_call0, spin_call1}, spun},
};

static struct cell cells[BATCH];
static const struct shape *current;
static long batches;
static long seen;
static atomic_long tickets;

/* Waits for the others: threads that leave together meet at the locations. */
static void meet(long *phase, int threads) {
  *phase += threads;
  atomic_fetch_add(&tickets, 1);
  for (int spins = 1; atomic_load_explicit(&tickets, memory_order_acquire) < *phase; spins++) {
    if (spins % 4096 == 0) sched_yield(); /* There may be fewer processors than threads. */
  }
}

static int threads_of(const struct shape *shape) {
  int n = 0;
  while (n < THREADS && shape->code[n]) n++;
  return n;
}

static void *run(void *number) {
  long me = (long)number, phase = 0;
  int threads = threads_of(current);
  for (long batch = 0; batch < batches; batch++) {
    if (me == 0) memset(cells, 0, sizeof cells);
    meet(&phase, threads);
    current->code[me](cells, BATCH);
    meet(&phase, threads);
    if (me == 0) {
      for (int k = 0; k < BATCH; k++) seen += current->seen(&cells[k]);
    }
  }
  return NULL;
}

static void test(const struct shape *shape, long rounds) {
  pthread_t threads[THREADS];
  current = shape;
  long batch = shape->seen == bad ? BATCH * LONG_ROUND : BATCH;
  rounds *= shape->seen == bad ? 640 : 1;
  /* Where there is one processor, each round takes two slices of its time. */
  if (shape->seen == spun) rounds /= SPIN_LESS;
  batches = (rounds + batch - 1) / batch;
  seen = 0;
  tickets = 0;
  for (long k = 1; k < threads_of(shape); k++) {
    if (pthread_create(&threads[k], NULL, run, (void *)k) != 0) exit(2);
  }
  run(0);
  for (int k = 1; k < threads_of(shape); k++) pthread_join(threads[k], NULL);
  printf("%s %s %ld %ld", shape->name, shape->forbidden ? "forbidden" : "allowed", seen,
         batches * batch);
  for (int k = 0; k < threads_of(shape); k++) printf(" %lx", (long)shape->code[k]);
  printf("\n");
  fflush(stdout);
}

int main(int count, char **words) {
  long rounds = count > 1 ? atol(words[1]) : 1000;
  alias = &cells[0].x;
  for (size_t k = 0; k < sizeof SHAPES / sizeof *SHAPES; k++) {
    if (count < 3 || strcmp(words[2], SHAPES[k].name) == 0) test(&SHAPES[k], rounds);
  }
  return 0;
}
