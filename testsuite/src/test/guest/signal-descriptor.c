/*
 * signalfd: signals of a process and of a thread, their order and what they tell; poll and epoll;
 * a blocking read, an interrupted one, and other masks.
 *
 * build: -pthread
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int ready(int fd) {
  struct pollfd entry = {.fd = fd, .events = POLLIN};
  return poll(&entry, 1, 0);
}

static void show(int fd) {
  struct signalfd_siginfo info[4];
  ssize_t n = read(fd, info, sizeof info);
  if (n < 0) {
    printf("read: %s\n", strerror(errno));
    return;
  }
  for (int i = 0; i < n / (ssize_t)sizeof *info; i++) {
    printf("signal %d code %d own %d value %d %lx status %d\n", info[i].ssi_signo, info[i].ssi_code,
        info[i].ssi_pid == (uint32_t)getpid() && info[i].ssi_uid == getuid(), info[i].ssi_int,
        (long)info[i].ssi_ptr, info[i].ssi_status);
  }
}

static volatile int handled;

static void handler(int number) {
  handled++;
}

static void *sender(void *process) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  struct timespec time = {0, 50 * 1000 * 1000};
  nanosleep(&time, NULL);
  if (process != NULL) {
    kill(getpid(), SIGUSR1);
  } else {
    kill(getpid(), SIGALRM);
  }
  return NULL;
}

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGRTMIN + 1);
  sigaddset(&set, SIGKILL);
  sigprocmask(SIG_BLOCK, &set, NULL);
  int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  printf("made %d, ready %d\n", fd >= 0, ready(fd));
  show(fd);

  raise(SIGUSR1);
  printf("ready %d\n", ready(fd));
  show(fd);
  printf("ready %d\n", ready(fd));

  kill(getpid(), SIGUSR1);
  kill(getpid(), SIGUSR1);
  for (int i = 1; i <= 3; i++) {
    sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = i * 7});
  }
  printf("ready %d\n", ready(fd));
  show(fd);
  printf("ready %d\n", ready(fd));
  show(fd);

  int set_of = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = 9};
  epoll_ctl(set_of, EPOLL_CTL_ADD, fd, &event);
  printf("epoll %d\n", epoll_wait(set_of, &event, 1, 0));
  pid_t child = fork();
  if (child == 0) {
    _exit(3);
  }
  printf("epoll %d %d\n", epoll_wait(set_of, &event, 1, 10000), event.data.u32);
  struct signalfd_siginfo info;
  printf("read %zd\n", read(fd, &info, sizeof info));
  printf("signal %d code %d child %d status %d\n", info.ssi_signo, info.ssi_code,
      info.ssi_pid == (uint32_t)child, info.ssi_status);
  waitpid(child, NULL, 0);

  /* The mask changes: the same signal is no longer read, then again. */
  raise(SIGUSR1);
  sigset_t other;
  sigemptyset(&other);
  sigaddset(&other, SIGUSR2);
  printf("same %d, ready %d\n", signalfd(fd, &other, 0) == fd, ready(fd));
  show(fd);
  printf("same %d, ready %d\n", signalfd(fd, &set, 0) == fd, ready(fd));
  /* sigwaitinfo takes it first. */
  siginfo_t taken;
  printf("waited %d, ready %d\n", sigwaitinfo(&set, &taken), ready(fd));

  char small[100];
  printf("small %zd %s\n", read(fd, small, sizeof small), strerror(errno));
  printf("write %zd %s\n", write(fd, &info, sizeof info), strerror(errno));
  printf("bad %d %s\n", signalfd(0, &set, 0), strerror(errno));

  int waiting = signalfd(-1, &set, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, sender, &thread);
  show(waiting);
  pthread_join(thread, NULL);
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGALRM, &action, NULL);
  pthread_create(&thread, NULL, sender, NULL);
  /* Only this thread can be interrupted. */
  show(waiting);
  pthread_join(thread, NULL);
  printf("handled %d\n", handled);

  /* A child reads its own signals from the descriptor that it inherited. */
  fflush(stdout);
  child = fork();
  if (child == 0) {
    raise(SIGUSR1);
    show(waiting);
    fflush(stdout);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  show(fd);
  close(fd);
  raise(SIGUSR1);
  puts("end");
  return 0;
}
