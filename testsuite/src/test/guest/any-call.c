// System calls with arbitrary numbers and arguments: the kernel survives, and so does the program.
// unrecorded: qemu would pass them on to the host
// options: --time-limit 60
#define _GNU_SOURCE
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALLS 40000
#define SIZE 65536L

static char *buffer;
static unsigned long state = 88172645463325252;

static unsigned long next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

// Small numbers, valid and nearly valid addresses, edges.
static long argument(void) {
  switch (next() % 12) {
    case 0: return 0;
    case 1: return next() % 8;
    case 2: return next() % 64;
    case 3: return -1;
    case 4: return -100;
    case 5: return (long)buffer + next() % SIZE;
    case 6: return (long)buffer + SIZE - next() % 32;
    case 7: return next();
    case 8: return 1L << next() % 64;
    case 9: return (long)"/tmp/name";
    case 10: return 0x7fffffffffffffff - next() % 16;
    default: return next() % 5000;
  }
}

// Those that end the program, stop it, make another one, or wait for what never comes.
static bool skipped(long number) {
  static const long numbers[] = {
      SYS_exit, SYS_exit_group, SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo,
      SYS_rt_tgsigqueueinfo, SYS_rt_sigsuspend, SYS_rt_sigtimedwait, SYS_rt_sigreturn, SYS_clone,
      SYS_clone3, SYS_execve, SYS_execveat, SYS_wait4, SYS_waitid, SYS_nanosleep,
      SYS_clock_nanosleep, SYS_ppoll, SYS_pselect6, SYS_epoll_pwait, SYS_epoll_pwait2, SYS_futex,
      SYS_setitimer, SYS_timer_settime, SYS_accept, SYS_accept4, SYS_recvfrom, SYS_recvmsg,
      SYS_recvmmsg, SYS_flock, SYS_fcntl, SYS_brk,
      SYS_getrandom};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (numbers[i] == number) return true;
  return false;
}

// Memory calls get addresses behind everything that the program needs.
static bool maps(long number) {
  return number == SYS_mmap || number == SYS_munmap || number == SYS_mremap ||
         number == SYS_mprotect || number == SYS_madvise;
}

int main(void) {
  close(0);
  for (int i = 1; i < 64; i++)
    if (i != SIGSEGV && i != SIGBUS) signal(i, SIG_IGN);
  buffer = mmap((void *)0x50000000, SIZE, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  for (int i = 0; i < CALLS; i++) {
    if (i % 16 == 0)
      for (int j = 0; j < 64; j++) ((long *)buffer)[next() % (SIZE / 8)] = argument();
    long number = next() % 8 == 0 ? 435 + next() % 20 : next() % 300;
    long address = (long)buffer + SIZE + next() % 4096 * 4096;
    if (skipped(number)) continue;
    if (number == SYS_mmap)
      syscall(number, address, next() % 100000, next() % 8, next() % 2 * MAP_FIXED | 0x22, -1, 0);
    else if (maps(number))
      syscall(number, address, next() % 100000, argument(), argument(), argument());
    else
      syscall(number, argument(), argument(), argument(), argument(), argument(), argument());
  }
  return 0;
}
