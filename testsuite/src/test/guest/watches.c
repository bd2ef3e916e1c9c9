/*
 * inotify: files and folders, names in folders, links, removal, poll, and what may not be watched.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

static int watcher;

static int ready(void) {
  struct pollfd entry = {.fd = watcher, .events = POLLIN};
  return poll(&entry, 1, 0);
}

static void show(const char *what) {
  char buffer[4096] __attribute__((aligned(8)));
  printf("%s: ready %d\n", what, ready());
  ssize_t n = read(watcher, buffer, sizeof buffer);
  if (n < 0) {
    printf("  %s\n", strerror(errno));
    return;
  }
  for (char *p = buffer; p < buffer + n;) {
    struct inotify_event *event = (struct inotify_event *)p;
    printf("  watch %d mask %x cookie %d name %s\n", event->wd, event->mask, event->cookie != 0,
        event->len > 0 ? event->name : "-");
    p += sizeof *event + event->len;
  }
}

static void touch(const char *name, const char *text) {
  int fd = open(name, O_CREAT | O_WRONLY, 0644);
  if (write(fd, text, strlen(text)) < 0) {
    perror(name);
  }
  close(fd);
}

int main(void) {
  char folder[] = "/tmp/watches-XXXXXX";
  if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
    return 1;
  }
  watcher = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  printf("made %d\n", watcher >= 0);
  show("nothing");
  printf("folder %d\n", inotify_add_watch(watcher, ".", IN_ALL_EVENTS & ~IN_ACCESS));
  touch("a", "text");
  show("new file");
  printf("file %d\n", inotify_add_watch(watcher, "a", IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF));
  printf("again %d\n", inotify_add_watch(watcher, "./a", IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF));
  touch("a", "more");
  show("changed file");
  rename("a", "b");
  show("renamed file");
  symlink("b", "link");
  symlink("nowhere", "broken");
  mkdir("sub", 0755);
  show("made links and a folder");
  printf("link %d\n", inotify_add_watch(watcher, "link", IN_MODIFY));
  printf("link itself %d\n", inotify_add_watch(watcher, "link", IN_DELETE_SELF | IN_DONT_FOLLOW));
  printf("broken %d %s\n", inotify_add_watch(watcher, "broken", IN_MODIFY), strerror(errno));
  printf("only folders %d %s\n", inotify_add_watch(watcher, "b", IN_MODIFY | IN_ONLYDIR), strerror(errno));
  printf("missing %d %s\n", inotify_add_watch(watcher, "none", IN_MODIFY), strerror(errno));
  printf("no mask %d %s\n", inotify_add_watch(watcher, "b", 0), strerror(errno));
  printf("no watcher %d %s\n", inotify_add_watch(0, "b", IN_MODIFY), strerror(errno));
  printf("removed %d\n", inotify_rm_watch(watcher, 1));
  printf("no watch %d %s\n", inotify_rm_watch(watcher, 77), strerror(errno));
  show("removed");
  unlink("link");
  unlink("b");
  show("deleted");
  unlink("broken");
  rmdir("sub");
  chdir("/");
  rmdir(folder);
  close(watcher);
  return 0;
}
