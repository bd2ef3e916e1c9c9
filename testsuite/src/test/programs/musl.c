/* What a C library does for a program: text, memory, mathematics, threads, jumps, signals, files. */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <regex.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static _Thread_local long mine;
static long total, ended;
static volatile sig_atomic_t signals;

static void *work(void *number) {
  for (long i = 0; i < 1000; i++) {
    mine += (long)number;
    pthread_mutex_lock(&lock);
    total++;
    pthread_mutex_unlock(&lock);
  }
  pthread_mutex_lock(&lock);
  total += mine;
  ended++;
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&lock);
  return number;
}

static int descending(const void *a, const void *b) { return *(const int *)b - *(const int *)a; }

static void count(int number) { signals += number == SIGUSR1; }

int main(int words, char **word) {
  printf("%d words, %s %5.3f %e %g %#x %-6s| %lc\n", words, word[words - 1], M_PI, 12345.678, 1e100,
         255, "ab", L'x');
  pthread_t threads[4];
  for (long i = 0; i < 4; i++) pthread_create(&threads[i], NULL, work, (void *)i);
  pthread_mutex_lock(&lock);
  while (ended < 4) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  printf("total %ld, mine %ld\n", total, mine);

  int numbers[100];
  for (int i = 0; i < 100; i++) numbers[i] = i * 37 % 101;
  qsort(numbers, 100, sizeof *numbers, descending);
  printf("sorted %d %d %d\n", numbers[0], numbers[50], numbers[99]);
  char *blocks[200];
  for (int i = 0; i < 200; i++) memset(blocks[i] = malloc(i * i + 1), i, i * i + 1);
  long sum = 0;
  for (int i = 0; i < 200; i++) sum += blocks[i][i * i / 2], free(blocks[i]);
  printf("blocks %ld, strtod %.17g, fma %.17g, pow %.17g\n", sum, strtod("0x1.8p3", NULL),
         fma(1.1, 2.2, 3.3), pow(2, 0.5));

  regex_t regex;
  regmatch_t match[2];
  regcomp(&regex, "([a-z]+)[0-9]{2}", REG_EXTENDED);
  printf("regex %d", regexec(&regex, "12 abc42", 2, match, 0));
  printf(" %d..%d\n", (int)match[1].rm_so, (int)match[1].rm_eo);
  regfree(&regex);

  jmp_buf back;
  int jumps = setjmp(back);
  if (jumps < 3) longjmp(back, jumps + 1);
  signal(SIGUSR1, count);
  raise(SIGUSR1);
  kill(getpid(), SIGUSR1);
  printf("jumps %d signals %d\n", jumps, (int)signals);

  FILE *file = tmpfile();
  if (file) {
    fprintf(file, "line %d\n", 7);
    rewind(file);
    int seven = 0;
    printf("file %d %d\n", fscanf(file, "line %d", &seven), seven);
    fclose(file);
  }
  printf("%s, %s\n", fopen("/no/such", "r") ? "opened" : strerror(errno), getenv("NONE") ?: "none");
  struct tm day = {.tm_year = 126, .tm_mon = 10, .tm_mday = 21};
  char text[64];
  strftime(text, sizeof text, "%A %d %B %Y", &day);
  puts(text);
  return 42;
}
