/* build: -pthread */
/* Queued signals, their order and values; masks, waits and what interrupted calls return. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static volatile int seen, order[16], values[16];

static void note(int signal, siginfo_t *info, void *context) {
  (void)context;
  order[seen] = signal;
  values[seen] = info->si_value.sival_int;
  seen++;
}

static void *interrupt(void *main_thread) {
  struct timespec pause = {0, 50000000};
  nanosleep(&pause, NULL);
  pthread_kill(*(pthread_t *)main_thread, SIGUSR1);
  return NULL;
}

static void install(int signal, int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = note;
  action.sa_flags = SA_SIGINFO | flags;
  sigaction(signal, &action, NULL);
}

int main(void) {
  int low = SIGRTMIN, high = SIGRTMIN + 1;
  install(SIGUSR1, 0);
  install(SIGUSR2, SA_RESETHAND);
  install(low, 0);
  install(high, 0);
  sigset_t all, old, wait;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &old);
  for (int i = 0; i < 3; i++) {
    sigqueue(getpid(), high, (union sigval){.sival_int = 10 + i});
    sigqueue(getpid(), low, (union sigval){.sival_int = 20 + i});
    kill(getpid(), SIGUSR1);
  }
  siginfo_t info;
  sigemptyset(&wait);
  sigaddset(&wait, low);
  int got = sigwaitinfo(&wait, &info);
  printf("waited %d value %d code %d pid %d\n", got == low, info.si_value.sival_int, info.si_code,
         info.si_pid == getpid());
  sigprocmask(SIG_SETMASK, &old, NULL);
  /* Handlers nest: the last one entered runs first. */
  printf("delivered %d:", seen);
  for (int i = 0; i < seen; i++) {
    printf(" %d/%d", order[i] == SIGUSR1 ? 0 : order[i] - low + 1, values[i]);
  }
  printf("\n");

  struct timespec soon = {0, 20000000};
  int result = sigtimedwait(&wait, &info, &soon);
  printf("timed out %d %d\n", result, errno == EAGAIN);

  raise(SIGUSR2);
  struct sigaction now;
  sigaction(SIGUSR2, NULL, &now);
  printf("reset %d\n", now.sa_handler == SIG_DFL);

  pthread_t self = pthread_self(), helper;
  sigset_t none;
  sigemptyset(&none);
  sigaddset(&all, SIGUSR1);
  sigprocmask(SIG_BLOCK, &all, NULL);
  seen = 0;
  pthread_create(&helper, NULL, interrupt, &self);
  result = sigsuspend(&none);
  printf("suspended %d %d %d\n", result, errno == EINTR, seen);
  pthread_join(helper, NULL);
  sigprocmask(SIG_SETMASK, &none, NULL);

  int pipes[2];
  char byte = 0;
  if (pipe(pipes) != 0) {
    return 1;
  }
  seen = 0;
  pthread_create(&helper, NULL, interrupt, &self);
  result = (int)read(pipes[0], &byte, 1);
  printf("read %d %d %d\n", result, errno == EINTR, seen);
  pthread_join(helper, NULL);

  install(SIGUSR1, SA_RESTART);
  install(SIGALRM, 0);
  seen = 0;
  pthread_create(&helper, NULL, interrupt, &self);
  alarm(1);
  result = (int)read(pipes[0], &byte, 1);
  printf("restarted %d %d %d\n", result, errno == EINTR, seen);
  pthread_join(helper, NULL);

  signal(SIGPIPE, SIG_IGN);
  close(pipes[0]);
  result = (int)write(pipes[1], &byte, 1);
  printf("broken pipe %d %d\n", result, errno == EPIPE);
  install(SIGPIPE, 0);
  seen = 0;
  result = (int)write(pipes[1], &byte, 1);
  printf("signalled %d %d %d\n", result, errno == EPIPE, seen);
  printf("no such %d %d\n", kill(999999, 0), errno == ESRCH);
  signal(SIGPIPE, SIG_DFL);
  fflush(stdout);
  write(pipes[1], &byte, 1);
  printf("not reached\n");
  return 0;
}
