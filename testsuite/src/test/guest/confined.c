// unrecorded: only Capvm confines: without --root there is nothing but the program itself
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void try(const char *path, int flags) {
  int fd = open(path, flags, 0600);
  printf("%s: %s\n", path, fd >= 0 ? "opened" : strerrorname_np(errno));
}

int main(void) {
  try("/etc/passwd", O_RDONLY);
  try("/../../../../etc/passwd", O_RDONLY);
  try("/proc/self/root/etc/passwd", O_RDONLY);
  try("/proc/1/root/etc/passwd", O_RDONLY);
  try("/proc/self/fd/../../../etc/passwd", O_RDONLY);
  try("/dev/mem", O_RDONLY);
  try("/dev/null", O_RDWR);
  try("/new", O_CREAT | O_WRONLY);
  try("/tmp/new", O_CREAT | O_WRONLY);
  symlink("/../../../../../etc/passwd", "/tmp/up");
  try("/tmp/up", O_RDONLY);
  symlink("../../../../../../../etc/passwd", "/tmp/relative");
  try("/tmp/relative", O_RDONLY);
  char path[64];
  int tmp = open("/tmp", O_RDONLY | O_DIRECTORY);
  printf("%s\n", openat(tmp, "../etc/passwd", O_RDONLY) < 0 ? strerrorname_np(errno) : "opened");
  printf("%s\n", openat(tmp, "..", O_RDONLY) < 0 ? strerrorname_np(errno) : "opened");
  snprintf(path, sizeof path, "/proc/self/fd/%d/../etc/passwd", tmp);
  try(path, O_RDONLY);
  printf("%s\n", mknod("/tmp/memory", S_IFCHR | 0600, 0x101) ? strerrorname_np(errno) : "made");
  printf("%s\n", chroot("/tmp") ? strerrorname_np(errno) : "changed");
  DIR *root = opendir("/");
  for (struct dirent *e; (e = readdir(root)) != NULL;)
    if (e->d_name[0] != '.') printf("/%s\n", e->d_name);
  return 0;
}
