/* cvm.h for programs of the host kernel: the files of /dev/cvm. */
#define _GNU_SOURCE
#include "cvm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PATH 96

static int keep(char *to, const char *name) {
  size_t n = strlen(name);
  if (n == 0 || n > 63 || strchr(name, '/')) return -EINVAL;
  memcpy(to, name, n + 1);
  return 0;
}

static int open_object(const char *kind, const char *name, int flags) {
  char kept[64], path[PATH];
  if (keep(kept, name)) return -EINVAL;
  strcpy(path, "/dev/cvm/");
  strcat(strcat(path, kind), kept);
  int descriptor = open(path, flags | O_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

void cvm_print(const char *text) {
  for (size_t left = strlen(text); left > 0;) {
    ssize_t n = write(STDOUT_FILENO, text, left);
    if (n < 0 && errno != EINTR) return;
    if (n > 0) {
      text += n;
      left -= n;
    }
  }
}

int cp_file_publish(const char *name, const void *bytes, cp_size size, const char *readers,
                    const char *writers) {
  return -EOPNOTSUPP;
}

int cp_file_revoke(const char *name, const char *cvm) { return -EOPNOTSUPP; }

int cp_file_open(cp_file *file, const char *name, int writable) {
  int error = keep(file->name, name);
  if (error) return error;
  int descriptor = open_object("files/", name, writable ? O_RDWR : O_RDONLY);
  if (descriptor < 0) return descriptor;
  struct stat status;
  int protection = PROT_READ | (writable ? PROT_WRITE : 0);
  if (fstat(descriptor, &status) == 0) {
    file->mapping = mmap(0, status.st_size, protection, MAP_SHARED, descriptor, 0);
    if (file->mapping != MAP_FAILED) {
      file->descriptor = descriptor;
      file->size = status.st_size;
      return 0;
    }
  }
  error = -errno;
  close(descriptor);
  return error;
}

long cp_file_read(const cp_file *file, void *to, cp_size bytes, cp_size offset) {
  ssize_t n = offset >= file->size ? 0 : pread(file->descriptor, to, bytes, offset);
  return n < 0 ? -errno : n;
}

long cp_file_write(const cp_file *file, const void *from, cp_size bytes, cp_size offset) {
  ssize_t n = offset >= file->size ? 0 : pwrite(file->descriptor, from, bytes, offset);
  return n < 0 ? -errno : n;
}

static unsigned *word(const cp_file *file, cp_size offset) {
  return (unsigned *)((char *)file->mapping + offset);
}

unsigned cp_file_load(const cp_file *file, cp_size offset) {
  return __atomic_load_n(word(file, offset), __ATOMIC_SEQ_CST);
}

void cp_file_store(const cp_file *file, cp_size offset, unsigned value) {
  __atomic_store_n(word(file, offset), value, __ATOMIC_SEQ_CST);
}

static int is_word(const cp_file *file, cp_size offset) {
  return offset % 4 == 0 && file->size >= 4 && offset <= file->size - 4;
}

int cp_file_wait(cp_file *file, cp_size offset, unsigned value, long nanoseconds) {
  if (!is_word(file, offset)) return -EINVAL;
  struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  long result = syscall(SYS_futex, word(file, offset), FUTEX_WAIT, value,
                        nanoseconds < 0 ? 0 : &time, 0, 0);
  if (result == 0) return 0;
  /* The pages are not there any more. */
  return errno == EFAULT ? -EPIPE : -errno;
}

int cp_file_wake(cp_file *file, cp_size offset, int most) {
  if (!is_word(file, offset)) return -EINVAL;
  if (most <= 0) return 0;
  long result = syscall(SYS_futex, word(file, offset), FUTEX_WAKE, most, 0, 0, 0);
  return result < 0 ? -errno : result;
}

int cp_file_close(cp_file *file) {
  munmap(file->mapping, file->size);
  return close(file->descriptor) < 0 ? -errno : 0;
}

int cp_stream_listen(cp_listener *listener, const char *name, const char *writers) {
  int error = keep(listener->name, name);
  if (error) return error;
  /* Only the cVM that listens may open it for reading alone. */
  int descriptor = open_object("streams/", name, O_RDONLY | O_NONBLOCK);
  if (descriptor < 0) return descriptor;
  close(descriptor);
  listener->handle = 0;
  return 0;
}

long cp_stream_accept(cp_listener *listener, int flags) {
  int waiting = flags & CP_NO_WAIT ? O_NONBLOCK : 0;
  int stream = open_object("streams/", listener->name, O_RDWR | waiting);
  if (stream < 0) return stream;
  /* The first transfer accepts, also one of no bytes. */
  if (read(stream, &flags, 0) < 0 || fcntl(stream, F_SETFL, 0) < 0) {
    int error = -errno;
    close(stream);
    return error;
  }
  return stream;
}

long cp_stream_connect(const char *name) { return open_object("streams/", name, O_RDWR); }

/* Writes without SIGPIPE: the signal is for the thread that writes, which takes it out again. */
static ssize_t write_quietly(int descriptor, const void *bytes, size_t count) {
  sigset_t pipe, before, pending;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  sigpending(&pending);
  pthread_sigmask(SIG_BLOCK, &pipe, &before);
  ssize_t n = write(descriptor, bytes, count);
  int error = errno;
  if (n < 0 && error == EPIPE && !sigismember(&pending, SIGPIPE)) {
    struct timespec now = {0, 0};
    sigtimedwait(&pipe, 0, &now);
  }
  pthread_sigmask(SIG_SETMASK, &before, 0);
  errno = error;
  return n;
}

long cp_stream_send(long stream, const void *bytes, cp_size count, int flags) {
  if (flags & CP_NO_WAIT) {
    if (fcntl(stream, F_SETFL, O_NONBLOCK) < 0) return -errno;
    ssize_t n = write_quietly(stream, bytes, count);
    int error = errno;
    fcntl(stream, F_SETFL, 0);
    return n < 0 ? -error : n;
  }
  cp_size sent = 0;
  while (sent < count) {
    ssize_t n = write_quietly(stream, (const char *)bytes + sent, count - sent);
    if (n < 0) return sent > 0 ? (long)sent : -errno;
    sent += n;
  }
  return sent;
}

long cp_stream_receive(long stream, void *bytes, cp_size most) {
  ssize_t n = read(stream, bytes, most);
  return n < 0 ? errno == ECONNRESET ? -EPIPE : -errno : n;
}

int cp_stream_finish(long stream) { return shutdown(stream, SHUT_WR) < 0 ? -errno : 0; }

int cp_stream_close(long stream) { return close(stream) < 0 ? -errno : 0; }

int cp_listener_close(cp_listener *listener) { return 0; }

long cp_call_publish(const char *name, cp_function *function, long cookie, const char *callers) {
  return -EOPNOTSUPP;
}

long cp_call_open(const char *name) { return -EOPNOTSUPP; }

long cp_call(long function, long x, long y, long z, void *bytes, cp_size size, long nanoseconds) {
  return -EOPNOTSUPP;
}

long cp_call_start(long function, long x, long y, long z, const void *bytes, cp_size size) {
  return -EOPNOTSUPP;
}

long cp_call_collect(long call, long nanoseconds, void *bytes, cp_size size) {
  return -EOPNOTSUPP;
}

int cp_call_close(long handle) { return -EOPNOTSUPP; }

long cp_call_caller(char *name, cp_size size) { return -EOPNOTSUPP; }
