/*
 * Every call that can wait: the process that waits in it can be stopped by SIGKILL, and a handler of
 * a signal runs meanwhile; both within a second. Each waits in a child of its own, which says that
 * it is about to.
 *
 * unrecorded: qemu's vfork does not wait, and no signal ends its splice; from the manual
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000L

static char data[1 << 16];
static struct iovec vector = {data, sizeof data};
static char folder[] = "/tmp/killed-XXXXXX";
static int locked, ready[2];

static int *a_pipe(void) {
  static int ends[2];
  pipe(ends);
  return ends;
}

static int full_pipe(void) {
  int *ends = a_pipe();
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  while (write(ends[1], data, 4096) > 0) {
  }
  fcntl(ends[1], F_SETFL, 0);
  return ends[1];
}

static int *a_pair(int type) {
  static int ends[2];
  socketpair(AF_UNIX, type, 0, ends);
  return ends;
}

static int full_socket(void) {
  int *ends = a_pair(SOCK_STREAM);
  while (send(ends[0], data, 4096, MSG_DONTWAIT) > 0) {
  }
  return ends[0];
}

static int listener(int backlog) {
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s/socket%d", folder, getpid());
  bind(fd, (struct sockaddr *)&address, sizeof address);
  listen(fd, backlog);
  return fd;
}

/* Ends when the descriptor of its parent is closed. */
static void make_child(void) {
  int *ends = a_pipe();
  if (fork() == 0) {
    close(ends[1]);
    read(ends[0], data, 1);
    _exit(0);
  }
}

static long call_read(void) { return read(a_pipe()[0], data, 1); }
static long call_readv(void) { return readv(a_pipe()[0], &vector, 1); }
static long call_write(void) { return write(full_pipe(), data, sizeof data); }
static long call_writev(void) { return writev(full_pipe(), &vector, 1); }
static long call_poll(void) {
  struct pollfd entry = {a_pipe()[0], POLLIN, 0};
  return poll(&entry, 1, -1);
}
static long call_select(void) {
  fd_set set;
  int fd = a_pipe()[0];
  FD_ZERO(&set);
  FD_SET(fd, &set);
  return select(fd + 1, &set, NULL, NULL, NULL);
}
static long call_epoll(void) {
  int set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  epoll_ctl(set, EPOLL_CTL_ADD, a_pipe()[0], &event);
  return epoll_wait(set, &event, 1, -1);
}
static long call_nanosleep(void) {
  struct timespec time = {1000, 0};
  return syscall(SYS_nanosleep, &time, NULL);
}
static long call_clock_nanosleep(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  time.tv_sec += 1000;
  errno = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
  return errno != 0 ? -1 : 0;
}
static long call_futex(void) {
  static uint32_t word;
  return syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}
static long call_futex_owner(void) {
  static uint32_t word;
  word = getppid();
  return syscall(SYS_futex, &word, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
}
static long call_sigsuspend(void) {
  sigset_t none;
  sigemptyset(&none);
  return sigsuspend(&none);
}
static long call_sigwait(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  return sigwaitinfo(&set, NULL);
}
static long call_wait4(void) {
  make_child();
  return wait4(-1, NULL, 0, NULL);
}
static long call_waitid(void) {
  make_child();
  return waitid(P_ALL, 0, NULL, WEXITED);
}
static long call_vfork(void) {
  pid_t child = vfork();
  if (child == 0) {
    sleep(5);
    _exit(0);
  }
  return child;
}
static long call_accept(void) { return accept(listener(1), NULL, NULL); }
static long call_connect(void) {
  listener(0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s/socket%d", folder, getpid());
  long result = 0;
  for (int i = 0; i < 10 && result == 0; i++) {
    result = connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address);
  }
  return result;
}
static long call_recv(void) { return recv(a_pair(SOCK_STREAM)[0], data, 1, 0); }
static long call_recvmsg(void) {
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  return recvmsg(a_pair(SOCK_DGRAM)[0], &message, 0);
}
static long call_recvmmsg(void) {
  struct mmsghdr messages[2] = {{{.msg_iov = &vector, .msg_iovlen = 1}, 0}, {{0}, 0}};
  return recvmmsg(a_pair(SOCK_DGRAM)[0], messages, 1, 0, NULL);
}
static long call_send(void) { return send(full_socket(), data, sizeof data, 0); }
static long call_sendmsg(void) {
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  return sendmsg(full_socket(), &message, 0);
}
static long call_flock(void) {
  return flock(open("/proc/self/exe", O_RDONLY), LOCK_EX);
}
static long call_setlkw(void) {
  struct flock lock = {.l_type = F_WRLCK};
  return fcntl(locked, F_SETLKW, &lock);
}
static long call_ofd_setlkw(void) {
  char name[100];
  snprintf(name, sizeof name, "%s/file", folder);
  struct flock lock = {.l_type = F_WRLCK};
  return fcntl(open(name, O_RDWR), F_OFD_SETLKW, &lock);
}
static long call_open_reader(void) {
  char name[100];
  snprintf(name, sizeof name, "%s/fifo", folder);
  return open(name, O_RDONLY);
}
static long call_open_writer(void) {
  char name[100];
  snprintf(name, sizeof name, "%s/fifo", folder);
  return open(name, O_WRONLY);
}
static long call_eventfd(void) {
  eventfd_t value;
  return eventfd_read(eventfd(0, 0), &value);
}
static long call_eventfd_write(void) {
  int fd = eventfd(1, 0);
  eventfd_write(fd, 0xfffffffffffffffd);
  return eventfd_write(fd, 9);
}
static long call_timerfd(void) { return read(timerfd_create(CLOCK_MONOTONIC, 0), data, 8); }
static long call_signalfd(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  return read(signalfd(-1, &set, 0), data, 1000);
}
static long call_inotify(void) {
  int fd = inotify_init1(0);
  inotify_add_watch(fd, folder, IN_DELETE_SELF);
  return read(fd, data, 1000);
}
static long call_splice(void) {
  int from = a_pipe()[0];
  return splice(from, NULL, a_pipe()[1], NULL, 1, 0);
}
static long call_tee(void) {
  int from = a_pipe()[0];
  return tee(from, a_pipe()[1], 1, 0);
}
static long call_vmsplice(void) { return vmsplice(full_pipe(), &vector, 1, 0); }
static long call_sendfile(void) {
  return sendfile(full_pipe(), open("/proc/self/exe", O_RDONLY), NULL, 100000);
}

static long call_preadv2(void) { return preadv2(a_pipe()[0], &vector, 1, -1, 0); }
static long call_pwritev2(void) { return pwritev2(full_pipe(), &vector, 1, -1, 0); }
static long call_epoll2(void) {
  int set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  epoll_ctl(set, EPOLL_CTL_ADD, a_pipe()[0], &event);
  return syscall(SYS_epoll_pwait2, set, &event, 1, NULL, NULL, 0);
}
static long call_clone3(void) {
  struct clone_args arguments = {.flags = CLONE_VFORK, .exit_signal = SIGCHLD};
  long child = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child == 0) {
    sleep(5);
    _exit(0);
  }
  return child;
}
static long call_accept4(void) { return accept4(listener(1), NULL, NULL, SOCK_CLOEXEC); }
static long call_sendmmsg(void) {
  struct mmsghdr message = {{.msg_iov = &vector, .msg_iovlen = 1}, 0};
  return sendmmsg(full_socket(), &message, 1, 0);
}

static const struct {
  const char *name;
  long (*call)(void);
} calls[] = {
/* What waits, and the system call behind it. */
#define CALL(name, system_call) {#name, call_##name}
    CALL(read, read),
    CALL(readv, readv),
    CALL(write, write),
    CALL(writev, writev),
    CALL(poll, ppoll),
    CALL(select, pselect6),
    CALL(epoll, epoll_pwait),
    CALL(nanosleep, nanosleep),
    CALL(clock_nanosleep, clock_nanosleep),
    CALL(futex, futex),
    CALL(futex_owner, futex),
    CALL(sigsuspend, rt_sigsuspend),
    CALL(sigwait, rt_sigtimedwait),
    CALL(wait4, wait4),
    CALL(waitid, waitid),
    CALL(vfork, clone),
    CALL(accept, accept),
    CALL(connect, connect),
    CALL(recv, recvfrom),
    CALL(recvmsg, recvmsg),
    CALL(recvmmsg, recvmmsg),
    CALL(send, sendto),
    CALL(sendmsg, sendmsg),
    CALL(flock, flock),
    CALL(setlkw, fcntl),
    CALL(ofd_setlkw, fcntl),
    CALL(open_reader, openat),
    CALL(open_writer, openat),
    CALL(eventfd, read),
    CALL(eventfd_write, write),
    CALL(timerfd, read),
    CALL(signalfd, read),
    CALL(inotify, read),
    CALL(splice, splice),
    CALL(tee, tee),
    CALL(vmsplice, vmsplice),
    CALL(sendfile, sendfile),
    CALL(preadv2, preadv2),
    CALL(pwritev2, pwritev2),
    CALL(epoll2, epoll_pwait2),
    CALL(clone3, clone3),
    CALL(accept4, accept4),
    CALL(sendmmsg, sendmmsg)};

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * SECOND + time.tv_nsec;
}

static void handler(int number) {
  if (write(ready[1], "h", 1) != 1) {
    _exit(9);
  }
}

static void await(char expected) {
  char got;
  if (read(ready[0], &got, 1) != 1 || got != expected) {
    printf("expected %c\n", expected);
    exit(1);
  }
}

int main(void) {
  char name[100];
  mkdtemp(folder);
  snprintf(name, sizeof name, "%s/fifo", folder);
  mkfifo(name, 0600);
  snprintf(name, sizeof name, "%s/file", folder);
  locked = open(name, O_RDWR | O_CREAT, 0600);
  struct flock lock = {.l_type = F_WRLCK};
  fcntl(locked, F_SETLK, &lock);
  flock(open("/proc/self/exe", O_RDONLY), LOCK_EX);
  pipe(ready);
  setvbuf(stdout, NULL, _IONBF, 0);
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    pid_t child = fork();
    if (child == 0) {
      struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
      sigaction(SIGUSR1, &action, NULL);
      write(ready[1], "r", 1);
      while (calls[i].call() >= 0 || errno == EINTR) {
        if (errno != EINTR) {
          break;
        }
      }
      _exit(1);
    }
    await('r');
    struct timespec moment = {0, 50 * 1000 * 1000};
    nanosleep(&moment, NULL);
    int ended = waitpid(child, NULL, WNOHANG);
    int late = 0;
    /* A parent that waits as vfork does takes no signals until its child goes on. */
    if (ended == 0 && calls[i].call != call_vfork && calls[i].call != call_clone3) {
      long start = now();
      kill(child, SIGUSR1);
      await('h');
      late = now() - start > SECOND;
      nanosleep(&moment, NULL);
    }
    long start = now();
    kill(child, SIGKILL);
    int status = 0;
    if (ended == 0) {
      waitpid(child, &status, 0);
    }
    late |= (now() - start > SECOND) << 1;
    printf("%s: %s, killed %d, late %d\n", calls[i].name, ended == 0 ? "waits" : "ENDED",
        WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, late);
  }
  unlink(name);
  snprintf(name, sizeof name, "%s/fifo", folder);
  unlink(name);
  return 0;
}
