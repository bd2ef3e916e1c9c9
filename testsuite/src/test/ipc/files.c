// Shared buffers as files, of a cVM that may write ("writer") and of one that may not ("reader").
// The reader waits for the end of a stream until the writer has written.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define TABLE "/dev/cvm/files/table"

static int entries(const char *folder, const char *name) {
  DIR *dir = opendir(folder);
  CHECK(dir);
  int found = 0;
  for (struct dirent *e; (e = readdir(dir));) found += !strcmp(e->d_name, name);
  closedir(dir);
  return found;
}

static void write_table(void) {
  FAILS(ENOENT, open("/dev/cvm/files/none", O_RDWR));
  FAILS(ENOENT, open("/dev/cvm/files/none", O_RDWR | O_CREAT, 0600));
  FAILS(EEXIST, open(TABLE, O_RDWR | O_CREAT | O_EXCL, 0600));
  FAILS(EACCES, open("/dev/cvm/files/secret", O_RDONLY));
  FAILS(EACCES, access("/dev/cvm/files/secret", R_OK));
  FAILS(EROFS, unlink(TABLE));
  CHECK(entries("/dev/cvm/files", "table") == 1);
  CHECK(entries("/dev/cvm/files", "secret") == 0);
  CHECK(entries("/dev/cvm", "streams") == 1);

  int fd = open(TABLE, O_RDWR | O_TRUNC);
  CHECK(fd >= 0);
  struct stat s;
  CHECK(fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && s.st_size == 8192 && (s.st_mode & 0777) == 0666);
  CHECK(stat(TABLE, &s) == 0 && s.st_size == 8192);
  CHECK(lseek(fd, -2, SEEK_END) == 8190);
  CHECK(write(fd, "abcd", 4) == 2);
  FAILS(ENOSPC, write(fd, "cd", 2));
  CHECK(read(fd, &s, 1) == 0);
  FAILS(EINVAL, lseek(fd, -1, SEEK_SET));
  FAILS(EINVAL, ftruncate(fd, 1));
  CHECK(pwrite(fd, "one", 3, 100) == 3);
  char buffer[8];
  CHECK(pread(fd, buffer, 3, 100) == 3 && !memcmp(buffer, "one", 3));
  CHECK(pread(fd, buffer, 8, 8190) == 2 && !memcmp(buffer, "ab", 2));

  FAILS(EINVAL, (long)mmap(0, 12288, PROT_READ, MAP_SHARED, fd, 0));
  FAILS(EPERM, (long)mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0));
  char *map = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CHECK(map != MAP_FAILED);
  FAILS(EACCES, mprotect(map, 4096, PROT_READ | PROT_EXEC));
  char *second = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096);
  char *copy = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  CHECK(second != MAP_FAILED && copy != MAP_FAILED);
  CHECK(close(fd) == 0);
  CHECK(!memcmp(map + 100, "one", 3) && !memcmp(copy + 100, "one", 3) && map[8191] == 'b');
  memcpy(map + 4096, "two", 3);
  memcpy(copy, "mine", 4);
  CHECK(!memcmp(second, "two", 3) && map[0] == 0);
  pid_t child = fork();
  if (child == 0) {
    memcpy(map + 200, "three", 5);
    _exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  CHECK(!memcmp(map + 200, "three", 5));
  CHECK(munmap(map, 4096) == 0 && !memcmp(map + 4096, "two", 3));
  char *moved = mremap(map + 4096, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, map);
  CHECK(moved == map && !memcmp(map, "two", 3));

  fd = open("/dev/cvm/streams/written", O_WRONLY);
  CHECK(fd >= 0 && write(fd, ".", 1) == 1 && close(fd) == 0);
}

// What a child that stores to a mapping ends by.
static int stores(volatile char *map) {
  pid_t child = fork();
  if (child == 0) {
    *map = 'x';
    _exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void read_table(void) {
  FAILS(EACCES, open(TABLE, O_RDWR));
  FAILS(EACCES, open(TABLE, O_WRONLY));
  FAILS(EACCES, access(TABLE, W_OK));
  CHECK(access(TABLE, R_OK) == 0);
  int fd = open(TABLE, O_RDONLY);
  CHECK(fd >= 0);
  char buffer[8192];
  FAILS(EBADF, write(fd, buffer, 1));
  FAILS(EACCES, (long)mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
  char *map = mmap(0, 8192, PROT_READ, MAP_SHARED, fd, 0);
  CHECK(map != MAP_FAILED);
  FAILS(EACCES, mprotect(map, 4096, PROT_READ | PROT_WRITE));
  int ready = open("/dev/cvm/streams/written", O_RDONLY);
  CHECK(ready >= 0 && read(ready, buffer, 8) == 1 && read(ready, buffer, 8) == 0);

  CHECK(read(fd, buffer, sizeof buffer) == sizeof buffer);
  CHECK(!memcmp(buffer, map, sizeof buffer));
  CHECK(!memcmp(map + 100, "one", 3) && !memcmp(map + 200, "three", 5));
  CHECK(!memcmp(map + 4096, "two", 3) && map[8191] == 'b');
  CHECK(stores(map + 100) == SIGSEGV);
  CHECK(!memcmp(map + 100, "one", 3));
}

int main(int count, char **arguments) {
  CHECK(count == 2);
  if (!strcmp(arguments[1], "writer")) write_table();
  else read_table();
  puts("good");
}
