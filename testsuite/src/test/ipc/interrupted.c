// Signals end waits for streams and words of buffers: a handler runs, and the call fails or goes on as its flags say.
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static volatile int alarms;

static void count_alarm(int signal) { alarms++; }

int main(void) {
  struct sigaction action = {.sa_handler = count_alarm};
  CHECK(sigaction(SIGALRM, &action, 0) == 0);
  int in = open("/dev/cvm/streams/quiet", O_RDONLY);
  int out = open("/dev/cvm/streams/quiet", O_WRONLY);
  CHECK(in >= 0 && out >= 0);
  int words = open("/dev/cvm/files/words", O_RDWR);
  int *word = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, words, 0);
  CHECK(word != MAP_FAILED);
  static char buffer[1 << 20];
  // Repeated: a signal that comes before the wait begins would end nothing.
  struct sigaction ignored;
  for (int waits = 0; waits < 4; waits++) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
      for (;;) {
        kill(parent, SIGALRM);
        usleep(1000);
      }
    }
    if (waits == 0) FAILS(EINTR, read(in, buffer, 1));
    if (waits == 1) FAILS(EINTR, read(open("/dev/cvm/streams/quiet", O_RDONLY), buffer, 1));
    // Some of it fits, the rest waits until the signal.
    if (waits == 2) {
      long n = write(out, buffer, sizeof buffer);
      CHECK(n > 0 ? n < (long)sizeof buffer : errno == EINTR);
    }
    if (waits == 3) FAILS(EINTR, syscall(SYS_futex, word, FUTEX_WAIT, 0, 0, 0, 0));
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, 0, 0) == child);
  }
  CHECK(alarms > 0 && sigaction(SIGALRM, 0, &ignored) == 0);
  puts("good");
  fflush(stdout);
  // Waits for ever: the time limit of the cVM is its end.
  read(open("/dev/cvm/streams/quiet", O_RDONLY), buffer, 1);
}
