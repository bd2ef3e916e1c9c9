// The system calls on files and paths, in a folder of the program's own.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#define TRY(call) report(#call, (long)(call))

static void report(const char *call, long result) {
  if (result == -1)
    printf("%s: %s\n", call, strerrorname_np(errno));
  else
    printf("%s: %ld\n", call, result);
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(const char **)a, *(const char **)b);
}

static void list(const char *path) {
  char *names[64];
  int n = 0;
  DIR *folder = opendir(path);
  for (struct dirent *e; (e = readdir(folder)) != NULL;) {
    char text[300];
    snprintf(text, sizeof text, "%s:%d", e->d_name, e->d_type);
    names[n++] = strdup(text);
  }
  closedir(folder);
  qsort(names, n, sizeof *names, by_name);
  printf("list %s:", path);
  for (int i = 0; i < n; i++) printf(" %s", names[i]);
  printf("\n");
}

static void show(const char *path) {
  struct stat s;
  if (lstat(path, &s) != 0) {
    printf("%s: %s\n", path, strerrorname_np(errno));
    return;
  }
  printf("%s: mode %o size %ld links %ld\n", path, s.st_mode, (long)s.st_size, (long)s.st_nlink);
}

static void content(void) {
  char buffer[64] = {0};
  int fd = open("file", O_RDWR | O_CREAT | O_EXCL, 0640);
  TRY(write(fd, "hello, world", 12));
  TRY(open("file", O_RDWR | O_CREAT | O_EXCL, 0640));
  TRY(lseek(fd, -5, SEEK_END));
  TRY(read(fd, buffer, 64));
  printf("%s\n", buffer);
  TRY(read(fd, buffer, 64));
  TRY(pwrite(fd, "HELLO", 5, 0));
  TRY(pread(fd, buffer, 5, 0));
  TRY(pread(fd, buffer, 5, -1));
  struct iovec parts[3] = {{buffer, 3}, {buffer + 20, 0}, {buffer + 10, 4}};
  TRY(lseek(fd, 0, SEEK_SET));
  TRY(readv(fd, parts, 3));
  printf("%.3s %.4s\n", buffer, buffer + 10);
  TRY(writev(fd, parts, 3));
  TRY(writev(fd, parts, -1));
  TRY(lseek(fd, 0, 9));
  TRY(lseek(fd, -1, SEEK_SET));
  TRY(ftruncate(fd, 100));
  TRY(ftruncate(fd, -1));
  TRY(truncate("file", 50));
  TRY(posix_fallocate(fd, 0, 80));
  TRY(fsync(fd));
  TRY(fdatasync(fd));
  show("file");
  int append = open("file", O_WRONLY | O_APPEND);
  TRY(write(append, "end", 3));
  TRY(read(append, buffer, 3));
  TRY(lseek(append, 0, SEEK_CUR));
  close(append);
  TRY(read(fd, (void *)8, 10));
  TRY(write(fd, (void *)8, 10));
  TRY(read(99, buffer, 1));
  TRY(read(open(".", O_RDONLY), buffer, 1));
  close(fd);
}

static void names(void) {
  char target[PATH_MAX] = {0};
  TRY(mkdir("folder", 0755));
  TRY(mkdir("folder", 0755));
  TRY(mkdir("folder/below/", 0700));
  TRY(symlink("../file", "folder/link"));
  TRY(symlink("loop", "loop"));
  TRY(readlink("folder/link", target, 4));
  printf("%s\n", target);
  TRY(readlink("file", target, 4));
  TRY(link("file", "folder/hard"));
  show("file");
  show("folder/link");
  list("folder");
  TRY(access("folder/link", R_OK | W_OK));
  TRY(access("folder/link", X_OK));
  TRY(access("none", F_OK));
  TRY(open("loop", O_RDONLY));
  TRY(open("folder/link", O_RDONLY | O_NOFOLLOW));
  TRY(open("file/more", O_RDONLY));
  TRY(open("file", O_RDONLY | O_DIRECTORY));
  TRY(open("", O_RDONLY));
  TRY(open("folder", O_WRONLY));
  TRY(rename("folder/hard", "renamed"));
  TRY(rename("none", "other"));
  TRY(rename("folder", "folder/below/inside"));
  TRY(rename("folder/below/", "moved/"));
  TRY(renameat2(AT_FDCWD, "file", AT_FDCWD, "renamed", RENAME_NOREPLACE));
  TRY(renameat2(AT_FDCWD, "file", AT_FDCWD, "renamed", RENAME_EXCHANGE));
  TRY(unlink("folder"));
  TRY(rmdir("folder"));
  TRY(rmdir("file"));
  TRY(unlink("folder/link"));
  TRY(rmdir("folder/"));
  TRY(rmdir("moved"));
  TRY(unlink("loop"));
  TRY(unlink("none"));
  char name[300];
  memset(name, 'x', 299);
  name[299] = 0;
  TRY(open(name, O_RDONLY));
  list(".");
}

static void attributes(void) {
  struct stat s;
  struct statx x;
  struct timespec times[2] = {{1000000000, 5}, {1100000000, 7}};
  TRY(chmod("file", 0604));
  TRY(utimensat(AT_FDCWD, "file", times, 0));
  stat("file", &s);
  printf("%o %ld %ld %ld\n", s.st_mode, (long)s.st_atime, (long)s.st_mtime, s.st_mtim.tv_nsec);
  TRY(statx(AT_FDCWD, "file", 0, STATX_BASIC_STATS, &x));
  printf("%o %ld %ld %d\n", x.stx_mode, (long)x.stx_size, (long)x.stx_mtime.tv_sec,
         x.stx_mtime.tv_nsec);
  int fd = open("file", O_RDONLY);
  TRY(fchmod(fd, 0600));
  TRY(fchown(fd, -1, -1));
  times[0].tv_nsec = UTIME_OMIT;
  times[1].tv_sec = 1200000000;
  TRY(futimens(fd, times));
  fstat(fd, &s);
  printf("%o %ld %ld\n", s.st_mode, (long)s.st_atime, (long)s.st_mtime);
  printf("%d\n", s.st_ino == x.stx_ino && s.st_blksize > 0);
  TRY(fstat(99, &s));
  TRY(stat("none", &s));
  TRY(stat((char *)8, &s));
  TRY(fstatat(fd, "", &s, AT_EMPTY_PATH));
  TRY(fstatat(fd, "x", &s, 0));
  struct statfs f;
  TRY(statfs(".", &f));
  TRY(umask(027));
  close(open("masked", O_CREAT | O_WRONLY, 0666));
  show("masked");
  TRY(umask(022));
  unlink("masked");
  close(fd);
}

static void folders(void) {
  char path[PATH_MAX];
  char before[PATH_MAX];
  getcwd(before, sizeof before);
  TRY(mkdir("sub", 0755));
  int here = open(".", O_RDONLY | O_DIRECTORY);
  TRY(chdir("sub"));
  getcwd(path, sizeof path);
  printf("%s\n", path + strlen(before));
  TRY(open("../file", O_RDONLY) >= 0);
  TRY(faccessat(here, "file", F_OK, 0));
  TRY(faccessat(here, "sub/../sub/./..", F_OK, 0));
  TRY(mkdirat(here, "sub/two", 0755));
  TRY(fchdir(here));
  TRY(unlinkat(here, "sub/two", AT_REMOVEDIR));
  TRY(chdir("none"));
  TRY(chdir("file"));
  TRY(rmdir("sub"));
  errno = 0;
  TRY(getcwd(path, 1) == NULL && errno == ERANGE);
}

static void descriptors(void) {
  int fd = open("file", O_RDWR | O_CLOEXEC);
  int copy = dup(fd);
  TRY(fcntl(fd, F_GETFD));
  TRY(fcntl(copy, F_GETFD));
  TRY(lseek(fd, 3, SEEK_SET));
  TRY(lseek(copy, 0, SEEK_CUR));
  TRY(dup3(fd, fd, 0));
  TRY(dup3(fd, 40, O_CLOEXEC));
  TRY(fcntl(40, F_GETFD));
  TRY(fcntl(fd, F_DUPFD, 50));
  TRY(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK));
  TRY(fcntl(copy, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
  TRY(close_range(40, 50, 0));
  TRY(close(40));
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};
  TRY(fcntl(fd, F_SETLK, &lock));
  TRY(fcntl(fd, F_GETLK, &lock));
  TRY(lock.l_type == F_UNLCK);
  TRY(flock(fd, LOCK_EX | LOCK_NB));
  int other = open("file", O_RDONLY);
  TRY(flock(other, LOCK_SH | LOCK_NB));
  TRY(isatty(fd));
  int available = 0;
  TRY(lseek(fd, 10, SEEK_SET));
  TRY(ioctl(fd, FIONREAD, &available));
  TRY(available);
  int target = open("copy", O_RDWR | O_CREAT | O_TRUNC, 0600);
  off_t offset = 1;
  TRY(sendfile(target, fd, &offset, 6));
  TRY(offset);
  loff_t from = 0;
  TRY(copy_file_range(fd, &from, target, NULL, 5, 0));
  TRY(lseek(target, 0, SEEK_CUR));
  TRY(unlink("copy"));
  TRY(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL));
}

static void memory(void) {
  int fd = memfd_create("scratch", MFD_CLOEXEC);
  TRY(ftruncate(fd, 5000));
  char *shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  strcpy(shared + 4090, "across pages");
  TRY(msync(shared, 8192, MS_SYNC));
  char buffer[20] = {0};
  TRY(pread(fd, buffer, 19, 4090));
  printf("%s\n", buffer);
  char *private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 4096);
  printf("%s\n", private);
  strcpy(private, "own");
  TRY(munmap(private, 4096));
  TRY(munmap(shared, 8192));
  TRY(pread(fd, buffer, 3, 4096));
  printf("%.3s\n", buffer);
  int reading = open("file", O_RDONLY);
  TRY(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, reading, 0) == MAP_FAILED);
  TRY(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 99, 0) == MAP_FAILED && errno == EBADF);
}

int main(void) {
  char folder[] = "/tmp/files-XXXXXX";
  if (mkdtemp(folder) == NULL || chdir(folder) != 0) return 1;
  content();
  names();
  attributes();
  folders();
  descriptors();
  memory();
  unlink("file");
  unlink("renamed");
  chdir("/");
  TRY(rmdir(folder));
  return 0;
}
