/* Timers with values and overruns, clocks that agree, and processor time. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

static volatile int expired, last_value, last_code, profiled;

static void note(int signal, siginfo_t *info, void *context) {
  (void)context;
  if (signal == SIGPROF || signal == SIGVTALRM) {
    profiled++;
    return;
  }
  expired++;
  last_value = info->si_value.sival_int;
  last_code = info->si_code;
}

static long long now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = note;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGPROF, &action, NULL);
  sigaction(SIGVTALRM, &action, NULL);

  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGUSR1;
  event.sigev_value.sival_int = 4711;
  timer_t timer;
  printf("create %d\n", timer_create(CLOCK_MONOTONIC, &event, &timer));
  long long created = now(CLOCK_MONOTONIC);
  struct itimerspec setting = {{0, 2000000}, {0, 2000000}}, current;
  timer_settime(timer, 0, &setting, NULL);
  while (expired < 5) {
    pause();
  }
  timer_gettime(timer, &current);
  printf("value %d code %d interval %ld armed %d\n", last_value, last_code == SI_TIMER,
         current.it_interval.tv_nsec, current.it_value.tv_nsec > 0);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  struct timespec pause_time = {0, 50000000};
  nanosleep(&pause_time, NULL);
  siginfo_t info;
  sigwaitinfo(&set, &info);
  int overrun = timer_getoverrun(timer);
  long long periods = (now(CLOCK_MONOTONIC) - created) / 2000000;
  printf("overrun %d\n", overrun >= 10 && overrun <= periods);
  printf("delete %d %d\n", timer_delete(timer), timer_settime(timer, 0, &setting, NULL));

  struct itimerval profile = {{0, 10000}, {0, 10000}};
  setitimer(ITIMER_PROF, &profile, NULL);
  long long start = now(CLOCK_PROCESS_CPUTIME_ID);
  while (profiled < 3) {
  }
  long long spent = now(CLOCK_PROCESS_CPUTIME_ID) - start;
  printf("profiled %d\n", spent >= 20000000 && spent < 2000000000);
  memset(&profile, 0, sizeof profile);
  setitimer(ITIMER_PROF, &profile, NULL);

  long long before = now(CLOCK_MONOTONIC), cpu = now(CLOCK_THREAD_CPUTIME_ID);
  struct timespec target;
  clock_gettime(CLOCK_MONOTONIC, &target);
  target.tv_nsec += 60000000;
  if (target.tv_nsec >= 1000000000) {
    target.tv_nsec -= 1000000000;
    target.tv_sec++;
  }
  printf("sleep %d\n", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &target, NULL));
  long long slept = now(CLOCK_MONOTONIC) - before;
  printf("slept %d without work %d\n", slept >= 59000000 && slept < 2000000000,
         now(CLOCK_THREAD_CPUTIME_ID) - cpu < 50000000);
  struct timeval day;
  gettimeofday(&day, NULL);
  long long real = now(CLOCK_REALTIME);
  printf("clocks agree %d %d\n",
         real / 1000000000 - day.tv_sec <= 1, now(CLOCK_BOOTTIME) >= now(CLOCK_MONOTONIC) - 1000000);
  struct timespec resolution;
  printf("resolution %d", clock_getres(CLOCK_MONOTONIC, &resolution));
  printf(" %ld\n", resolution.tv_nsec);
  printf("bad clock %d %d\n", clock_gettime(55, &resolution), errno == EINVAL);
  return 0;
}
