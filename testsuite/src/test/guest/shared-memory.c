/*
 * build: -pthread
 * MAP_SHARED memory: between the mappings of a process and between processes, anonymous and of a
 * file, with a mutex and a condition in it, through fork, mremap and partial unmapping.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

struct meeting {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  long turn;
  atomic_long count;
};

static void check(int condition, const char *what) { printf("%s %s\n", condition ? "ok" : "NOT", what); }

static void *shared(size_t size) {
  return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void processes(void) {
  struct meeting *m = shared(PAGE);
  pthread_mutexattr_t mutex;
  pthread_condattr_t cond;
  pthread_mutexattr_init(&mutex);
  pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&m->lock, &mutex);
  pthread_condattr_init(&cond);
  pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
  pthread_cond_init(&m->changed, &cond);
  fflush(stdout);
  for (long me = 1; me <= 3; me++) {
    if (fork() == 0) {
      for (int i = 0; i < 10000; i++) atomic_fetch_add(&m->count, 1);
      for (int round = 0; round < 20; round++) {
        pthread_mutex_lock(&m->lock);
        while (m->turn % 3 != me - 1) pthread_cond_wait(&m->changed, &m->lock);
        m->turn++;
        pthread_cond_broadcast(&m->changed);
        pthread_mutex_unlock(&m->lock);
      }
      _exit(0);
    }
  }
  while (wait(NULL) > 0) {}
  check(m->count == 30000 && m->turn == 60, "processes count and take turns");
}

static void moves(void) {
  char *p = shared(4 * PAGE);
  strcpy(p + 2 * PAGE, "third");
  fflush(stdout);
  if (fork() == 0) {
    munmap(p, PAGE);
    p[3 * PAGE] = 'x';
    char *q = mremap(p + 2 * PAGE, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, p + 64 * PAGE);
    strcpy(q + 10, "moved");
    _exit(strcmp(q, "third"));
  }
  int status;
  wait(&status);
  check(status == 0, "a child sees what was written before");
  check(p[3 * PAGE] == 'x' && strcmp(p + 2 * PAGE + 10, "moved") == 0, "a parent sees its child's writes");
  munmap(p + PAGE, PAGE);
  check(strcmp(p + 2 * PAGE, "third") == 0, "the rest stays");
  char *fresh = mmap(p, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  check(fresh == p && fresh[0] == 0, "private memory in its place is fresh");
}

static void files(void) {
  char name[] = "/tmp/shared-XXXXXX";
  int fd = mkstemp(name);
  ftruncate(fd, 3 * PAGE - 100);
  pwrite(fd, "before", 6, PAGE);
  char *a = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *b = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, open(name, O_RDWR), PAGE);
  check(strcmp(b, "before") == 0, "a file's content");
  strcpy(b, "second");
  check(strcmp(a + PAGE, "second") == 0, "two mappings of a file are one");
  fflush(stdout);
  if (fork() == 0) {
    strcpy(a + PAGE + 100, "child");
    int other = open(name, O_RDONLY);
    char *c = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, other, PAGE);
    _exit(strcmp(c, "second") != 0 || strcmp(c + 100, "child") != 0);
  }
  int status;
  wait(&status);
  check(status == 0 && strcmp(b + 100, "child") == 0, "so are those of two processes");
  char text[8] = "";
  strcpy(a, "first");
  msync(a, 3 * PAGE, MS_SYNC);
  pread(fd, text, 7, PAGE);
  check(strcmp(text, "second") == 0, "msync writes to the file");
  munmap(a, 3 * PAGE);
  munmap(b, PAGE);
  pread(fd, text, 7, 0);
  check(strcmp(text, "first") == 0 && lseek(fd, 0, SEEK_END) == 3 * PAGE - 100, "the file keeps its size");
  unlink(name);
}

int main(void) {
  processes();
  moves();
  files();
  return 0;
}
