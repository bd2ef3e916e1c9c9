// A buffer that is taken back while it is open and mapped; see DeviceFilesTest.
#include <fcntl.h>
#include <linux/futex.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static sigjmp_buf after;

static void fault(int signal) { siglongjmp(after, 1); }

int main(void) {
  int fd = open("/dev/cvm/files/lent", O_RDWR);
  CHECK(fd >= 0);
  volatile char *map = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *gone = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096);
  CHECK(map != MAP_FAILED && gone != MAP_FAILED);
  CHECK(map[0] == 's' && map[8191] == 0);
  CHECK(munmap(gone, 4096) == 0);
  char *other = mmap(gone, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  CHECK(other == gone);
  other[0] = 'o';
  pid_t waiting = fork();
  if (waiting == 0) {
    errno = 0;
    _exit(syscall(SYS_futex, map + 64, FUTEX_WAIT, 0, 0, 0, 0) == -1 && errno == EFAULT ? 0 : 1);
  }
  int steps = open("/dev/cvm/streams/steps", O_RDWR);
  char c = 'm';
  CHECK(steps >= 0 && write(steps, &c, 1) == 1);
  CHECK(read(steps, &c, 1) == 1 && c == 'r');

  int status;
  CHECK(waitpid(waiting, &status, 0) == waiting && status == 0);
  char buffer[16];
  FAILS(EIO, read(fd, buffer, sizeof buffer));
  FAILS(EIO, pwrite(fd, buffer, sizeof buffer, 0));
  FAILS(EIO, (long)mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0));
  FAILS(EACCES, open("/dev/cvm/files/lent", O_RDONLY));
  CHECK(other[0] == 'o');
  pid_t child = fork();
  if (child == 0) {
    // Without checks of pages there are dead zeroes, otherwise a fault.
    map[1] = 'x';
    _exit(map[0]);
  }
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV));
  // Who handles faults gets one.
  signal(SIGSEGV, fault);
  if (sigsetjmp(after, 1) == 0) {
    buffer[0] = map[0];
    CHECK(!"a fault");
  }
  CHECK(mprotect((char *)map, 8192, PROT_READ) == 0);
  if (sigsetjmp(after, 1) == 0) {
    buffer[0] = map[0];
    CHECK(!"a fault");
  }
  CHECK(munmap((char *)map, 8192) == 0 && close(fd) == 0);
  // The other side ends without a word; what it sent before is still there.
  c = 'e';
  CHECK(write(steps, &c, 1) == 1);
  CHECK(read(steps, &c, 1) == 1 && c == 'l');
  FAILS(ECONNRESET, read(steps, &c, 1));
  signal(SIGPIPE, SIG_IGN);
  FAILS(EPIPE, write(steps, &c, 1));
  puts("good");
}
