/*
 * System calls with random numbers and arguments, from a seed: some are errors, some do something,
 * none hurts anybody but the process that makes them. Each process makes a thousand; it may fault,
 * end or wait for ever, and then SIGKILL ends it within a second.
 *
 * The arguments are a first seed and the number of processes. Left out are calls that end or signal
 * other processes, or make more of them.
 *
 * arguments: 1 25
 * large:
 * unrecorded: qemu's process would be hurt; nothing is printed but the end
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CALLS 1000

static uint64_t state;

static uint64_t next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state * 0x2545f4914f6cdd1dULL;
}

static char memory[1 << 16];

static uint64_t argument(void) {
  static const uint64_t special[] = {0, 1, -1UL, 4096, 0x7fffffff, 0x80000000, 0xffffffff,
      0x7fffffffffffffff, 0x8000000000000000, 0xfffff000, 65535, -100UL, -4096UL, 1UL << 40};
  switch (next() % 8) {
    case 0: return special[next() % (sizeof special / sizeof *special)];
    case 1: return next() % 24;
    case 2: return next() % 4096;
    case 3: return next();
    case 4: return (uint64_t)memory + next() % sizeof memory;
    case 5: return ((uint64_t)memory & -4096UL) + next() % 16 * 4096;
    case 6: return 1UL << next() % 64 | 1UL << next() % 64;
    default: return next() % 12 + 3;
  }
}

static int left_out(long number) {
  switch (number) {
    case SYS_exit: case SYS_exit_group: case SYS_kill: case SYS_tkill: case SYS_tgkill:
    case SYS_rt_sigqueueinfo: case SYS_rt_tgsigqueueinfo: case SYS_clone: case SYS_clone3:
    case SYS_execve: case SYS_execveat:
      return 1;
    default:
      return 0;
  }
}

static void handler(int number) {}

static void worker(uint64_t seed) {
  state = seed * 0x9e3779b97f4a7c15ULL + 1;
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGALRM, &action, NULL);
  sigaction(SIGUSR1, &action, NULL);
  struct itimerval often = {{0, 2000}, {0, 2000}};
  setitimer(ITIMER_REAL, &often, NULL);
  for (size_t i = 0; i < sizeof memory; i += 8) {
    *(uint64_t *)(memory + i) = next() % 3 == 0 ? next() : next() % 64;
  }
  /* What they write goes nowhere. */
  int nowhere = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; fd++) {
    dup2(nowhere, fd);
  }
  strcpy(memory, "/tmp/random-calls-file");
  strcpy(memory + 4096, ".");
  strcpy(memory + 8192, "/proc/self/fd/3");
  open(memory, O_RDWR | O_CREAT, 0600);
  int pair[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  pipe(pair);
  open(".", O_RDONLY);
  for (int i = 0; i < CALLS; i++) {
    long number = next() % 460;
    uint64_t a = argument(), b = argument(), c = argument(), d = argument(), e = argument(), f = argument();
    if (!left_out(number)) {
      syscall(number, a, b, c, d, e, f);
    }
  }
  _exit(0);
}

static long millis(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int descriptors(void) {
  int count = 0;
  DIR *folder = opendir("/proc/self/fd");
  while (readdir(folder) != NULL) {
    count++;
  }
  closedir(folder);
  return count;
}

int main(int count, char **arguments) {
  uint64_t first = strtoul(arguments[1], NULL, 0);
  int processes = atoi(arguments[2]);
  int before = descriptors();
  for (int i = 0; i < processes; i++) {
    fprintf(stderr, "seed %lu\n", first + i);
    pid_t child = fork();
    if (child == 0) {
      worker(first + i);
    }
    long start = millis();
    int status;
    while (waitpid(child, &status, WNOHANG) == 0) {
      if (millis() - start > 3000) {
        kill(child, SIGCONT);
        kill(child, SIGKILL);
        long killed = millis();
        waitpid(child, &status, 0);
        if (millis() - killed > 1000) {
          printf("seed %lu: killed late\n", first + i);
        }
        break;
      }
      struct timespec pause = {0, 1000000};
      nanosleep(&pause, NULL);
    }
  }
  printf("descriptors %d\n", descriptors() - before);
  return 0;
}
