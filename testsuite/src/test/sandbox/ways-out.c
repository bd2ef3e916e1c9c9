/*
 * Ways out of a root and its volumes that need no race, and names as odd as the host allows. Prints
 * one line for each that goes wrong, and at the end how many were tried.
 *
 * The root holds this program. Volumes: /v is writable, /v/r below it is not; /r is not, /r/w below
 * it is. The argument is the path of the host's folder that must not be seen, backwards, so that
 * this program's own arguments do not contain it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET "OUTSIDE"

static char outside[1024];
static int tried;

/* What a call should have answered: 0 is success. */
static void expect(const char *what, long result, int error) {
  int got = result < 0 ? errno : 0;
  tried++;
  if (got != error) {
    printf("%s: %s, not %s\n", what, got ? strerrorname_np(got) : "success",
        error ? strerrorname_np(error) : "success");
  }
}

/* Any error will do. */
static void refused(const char *what, long result) {
  tried++;
  if (result >= 0) {
    printf("%s: success\n", what);
  }
}

static void check(const char *what, int good) {
  tried++;
  if (!good) {
    printf("%s\n", what);
  }
}

/* Whether a file can be read, and says what only the outside says. */
static int reveals(int fd) {
  static char text[1 << 16];
  long length = read(fd, text, sizeof text - 1);
  if (length <= 0) {
    return 0;
  }
  text[length] = 0;
  return memmem(text, length, SECRET " the root", strlen(SECRET) + 9) != NULL ||
      memmem(text, length, outside, strlen(outside)) != NULL;
}

static void unreachable(const char *path) {
  int fd = open(path, O_RDONLY | O_NONBLOCK);
  check(path, fd < 0 || !reveals(fd));
  close(fd);
}

/* Reads all that can be reached below a folder. */
static int walk(const char *path, int depth) {
  DIR *folder = opendir(path);
  struct dirent *entry;
  int seen = 0;
  if (folder == NULL || depth == 0) {
    return 0;
  }
  while ((entry = readdir(folder)) != NULL && seen < 20000) {
    char name[4096], target[4096];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name) >= (int)sizeof name) {
      continue;
    }
    seen++;
    struct stat status;
    long length = readlink(name, target, sizeof target - 1);
    if (length > 0) {
      target[length] = 0;
      check(name, strstr(target, outside) == NULL);
    }
    check(name, strstr(name, "only-outside") == NULL);
    if (stat(name, &status) != 0) {
      continue;
    }
    if (S_ISREG(status.st_mode)) {
      unreachable(name);
    } else if (S_ISDIR(status.st_mode)) {
      seen += walk(name, depth - 1);
    }
  }
  closedir(folder);
  return seen;
}

static void pseudo_files(void) {
  static const char *const starts[] = {"", "/proc/self/root", "/proc/1/root", "/proc/thread-self/root",
      "/proc/self/cwd", "/proc/self/task/1/root", "/proc/self/fd/3", "/proc/self/exe/..", "/v/../..",
      "/proc/2/cwd", "/proc/self/../1/root"};
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
    char path[2048];
    snprintf(path, sizeof path, "%s%s/only-outside", starts[i], outside);
    unreachable(path);
    refused(path, open(path, O_WRONLY | O_CREAT, 0600));
  }
  for (int pid = 0; pid < 2000; pid++) {
    char path[100];
    snprintf(path, sizeof path, "/proc/%d/environ", pid);
    check(path, pid == getpid() || access(path, F_OK) != 0);
  }
  check("the walk sees the root", walk("/", 6) > 10);
}

static void device_nodes(void) {
  expect("mknod null", mknod("/v/null", S_IFCHR | 0666, makedev(1, 3)), EPERM);
  expect("mknod mem", mknod("/v/mem", S_IFCHR | 0666, makedev(1, 1)), EPERM);
  expect("mknod disk", mknod("/v/disk", S_IFBLK | 0666, makedev(253, 0)), EPERM);
  /* Made by the host where it may: as on a file system that is mounted nodev. */
  struct stat status;
  if (stat("/v/zero", &status) == 0) {
    expect("an existing device", open("/v/zero", O_RDONLY), EACCES);
    expect("an existing device, as a path", open("/v/zero", O_PATH), 0);
    refused("truncate a device", truncate("/v/zero", 0));
  }
}

static void hard_links(void) {
  char path[64];
  int read_only = open("/r/file", O_RDONLY);
  expect("link to a volume", link("/r/file", "/v/stolen"), EXDEV);
  expect("link from a volume", link("/v/file", "/r/w/stolen"), EXDEV);
  expect("link the program", link("/program", "/v/stolen"), EXDEV);
  snprintf(path, sizeof path, "/proc/self/fd/%d", read_only);
  refused("link a descriptor", linkat(AT_FDCWD, path, AT_FDCWD, "/v/stolen", AT_SYMLINK_FOLLOW));
  refused("link an empty path", linkat(read_only, "", AT_FDCWD, "/v/stolen", AT_EMPTY_PATH));
  expect("link into a read-only folder", link("/v/file", "/v/r/stolen"), EROFS);
  expect("link in a read-only folder", link("/r/file", "/r/stolen"), EROFS);
  expect("link in a volume", link("/v/file", "/v/linked"), 0);
  expect("rename over itself", rename("/v/file", "/v/linked"), 0);
  expect("unlink", unlink("/v/linked"), 0);
}

static void nested_volumes(void) {
  expect("write below a read-only volume", open("/r/new", O_WRONLY | O_CREAT, 0600), EROFS);
  expect("write in the nested one", open("/r/w/new", O_WRONLY | O_CREAT, 0600), 0);
  expect("write in the read-only nested one", open("/v/r/new", O_WRONLY | O_CREAT, 0600), EROFS);
  expect("write an existing file there", open("/v/r/file", O_WRONLY), EROFS);
  expect("truncate there", truncate("/v/r/file", 0), EROFS);
  expect("mkdir there", mkdir("/v/r/folder", 0700), EROFS);
  expect("chmod there", chmod("/v/r/file", 0777), EROFS);
  expect("unlink there", unlink("/v/r/file"), EROFS);
  expect("symlink there", symlink("x", "/v/r/symbolic"), EROFS);
  expect("times there", utimensat(AT_FDCWD, "/v/r/file", NULL, 0), EROFS);
  expect("rename into it", rename("/v/file", "/v/r/file"), EXDEV);
  expect("rename out of it", rename("/v/r/file", "/v/moved"), EXDEV);
  expect("remove the mount point", rmdir("/v/r"), EBUSY);
  expect("rename the mount point", rename("/v/r", "/v/elsewhere"), EBUSY);
  expect("the root", open("/new", O_WRONLY | O_CREAT, 0600), EROFS);
  expect("the program", open("/program", O_WRONLY), EROFS);
  expect("the mount point in a read-only root", rmdir("/v"), EROFS);
  int below = open("/v/r", O_RDONLY | O_DIRECTORY);
  struct stat above, v;
  expect("above", fstatat(below, "..", &above, 0), 0);
  expect("v", stat("/v", &v), 0);
  check("above the nested volume lies the outer one", above.st_ino == v.st_ino && above.st_dev == v.st_dev);
  /* Writable mappings of what must not be written. */
  int file = open("/v/r/file", O_RDONLY);
  expect("a shared writable mapping",
      (long)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) == -1 ? -1 : 0, EACCES);
  char name[64];
  snprintf(name, sizeof name, "/proc/self/fd/%d", file);
  refused("open again to write", open(name, O_RDWR));
}

static void names(void) {
  static char longest[4200], path[9000];
  memset(longest, 'n', sizeof longest);
  snprintf(path, sizeof path, "/v/%.255s", longest);
  expect("a name of 255 bytes", open(path, O_WRONLY | O_CREAT, 0600), 0);
  expect("its end", unlink(path), 0);
  snprintf(path, sizeof path, "/v/%.256s", longest);
  expect("a name of 256 bytes", open(path, O_WRONLY | O_CREAT, 0600), ENAMETOOLONG);
  memset(longest, '/', sizeof longest);
  snprintf(path, sizeof path, "%.4090s/v/", longest);
  expect("a path of 4093 bytes", access(path, F_OK), 0);
  snprintf(path, sizeof path, "%.4093s/v/", longest);
  expect("a path of 4096 bytes", access(path, F_OK), ENAMETOOLONG);
  for (int i = 0; i <= 41; i++) {
    char from[32], to[32];
    snprintf(from, sizeof from, i == 0 ? "file" : "link%d", i - 1);
    snprintf(to, sizeof to, "/v/link%d", i);
    expect("symlink", symlink(from, to), 0);
  }
  expect("40 links", access("/v/link39", F_OK), 0);
  expect("41 links", access("/v/link40", F_OK), ELOOP);
  expect("a circle", symlink("circle", "/v/circle"), 0);
  expect("into the circle", access("/v/circle/x", F_OK), ELOOP);
  /* Bytes that are no text. */
  static const char *const odd[] = {"\xff\xfe\x80", "\xc3(", "\xed\xa0\x80", "\xf0\x9f\x98", "a\nb\tc\x01\x7f",
      " ", "\\", "*", "\xe2\x80\xae", "-rf"};
  size_t count = sizeof odd / sizeof *odd;
  expect("folder", mkdir("/v/odd", 0700), 0);
  expect("chdir", chdir("/v/odd"), 0);
  for (size_t i = 0; i < count; i++) {
    char renamed[64], text[64] = "";
    snprintf(renamed, sizeof renamed, "%s\x80", odd[i]);
    expect("an odd name", open(renamed, O_WRONLY | O_CREAT | O_EXCL, 0600), 0);
    expect("rename", rename(renamed, odd[i]), 0);
    expect("the old one", access(renamed, F_OK), ENOENT);
    expect("the new one", access(odd[i], F_OK), 0);
    expect("link to it", symlink(odd[i], "symbolic"), 0);
    check("target", readlink("symbolic", text, sizeof text) == (long)strlen(odd[i]) &&
        memcmp(text, odd[i], strlen(odd[i])) == 0);
    expect("through it", open("symbolic", O_RDONLY), 0);
    expect("unlink", unlink("symbolic"), 0);
  }
  size_t listed = 0;
  DIR *folder = opendir(".");
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    for (size_t i = 0; i < count; i++) {
      listed += strcmp(entry->d_name, odd[i]) == 0;
    }
  }
  check("all are listed", listed == count);
  expect("an odd folder", mkdir("\xff", 0700), 0);
  expect("into it", chdir("\xff"), 0);
  char current[64] = "";
  check("its path", getcwd(current, sizeof current) != NULL && strcmp(current, "/v/odd/\xff") == 0);
  check("its link", readlink("/proc/self/cwd", path, sizeof path) == 8 && memcmp(path, "/v/odd/\xff", 8) == 0);
  chdir("/");
}

static int passed(int descriptor) {
  int pair[2];
  char byte = 0, space[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec vector = {&byte, 1};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = space,
      .msg_controllen = sizeof space};
  struct cmsghdr *control = CMSG_FIRSTHDR(&message);
  control->cmsg_level = SOL_SOCKET;
  control->cmsg_type = SCM_RIGHTS;
  control->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(control), &descriptor, sizeof descriptor);
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  if (sendmsg(pair[0], &message, 0) != 1) {
    return -1;
  }
  memset(space, 0, sizeof space);
  message.msg_controllen = sizeof space;
  if (recvmsg(pair[1], &message, 0) != 1 || message.msg_controllen == 0) {
    return -1;
  }
  memcpy(&descriptor, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof descriptor);
  return descriptor;
}

static void passed_descriptors(void) {
  char path[2048];
  static const char *const folders[] = {"/", "/v", "/r/w", "/proc", "/dev", "/tmp"};
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    int folder = passed(open(folders[i], i % 2 == 0 ? O_RDONLY | O_DIRECTORY : O_PATH));
    if (folder < 0) {
      continue;
    }
    for (int up = 1; up < 8; up++) {
      path[0] = 0;
      for (int j = 0; j < up; j++) {
        strcat(path, "../");
      }
      strcat(path, outside + 1);
      strcat(path, "/only-outside");
      int fd = openat(folder, path, O_RDONLY);
      check(path, fd < 0 || !reveals(fd));
      }
    refused("a passed folder names no paths", openat(folder, ".", O_RDONLY));
  }
  int read_only = passed(open("/r/file", O_RDONLY));
  check("a passed file", read_only >= 0);
  expect("write to it", write(read_only, "x", 1), EBADF);
  expect("truncate it", ftruncate(read_only, 0), EINVAL);
  snprintf(path, sizeof path, "/proc/self/fd/%d", read_only);
  check("open it again to write", open(path, O_RDWR) < 0);
  check("link it", linkat(AT_FDCWD, path, AT_FDCWD, "/v/stolen", AT_SYMLINK_FOLLOW) < 0);
}

int main(int argument_count, char **arguments) {
  size_t length = strlen(arguments[1]);
  for (size_t i = 0; i < length; i++) {
    outside[i] = arguments[1][length - 1 - i];
  }
  hard_links();
  nested_volumes();
  names();
  device_nodes();
  passed_descriptors();
  pseudo_files();
  printf("tried: %s\n", tried > 300 ? "all" : "too few");
  return 0;
}
