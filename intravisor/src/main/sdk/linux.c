/* cvm.h for programs of the host kernel: the files of /dev/cvm. */
#define _GNU_SOURCE
#include "cvm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
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

/* A request to /dev/cvm/control: words, and contents in a part of their own. */
static int request(const char *const *words, const void *bytes, cp_size size) {
  char line[4096];
  size_t n = 0;
  for (; *words; words++) {
    size_t length = strlen(*words);
    if (length == 0 || strpbrk(*words, " \n") || n + length + 1 > sizeof line) return -EINVAL;
    memcpy(line + n, *words, length);
    n += length;
    line[n++] = ' ';
  }
  line[n - 1] = '\n';
  int control = open("/dev/cvm/control", O_WRONLY | O_CLOEXEC);
  if (control < 0) return -errno;
  struct iovec parts[] = {{line, n}, {(void *)bytes, size}};
  int result = writev(control, parts, size > 0 ? 2 : 1) < 0 ? -errno : 0;
  close(control);
  return result;
}

static const char *list(const char *names) { return names && *names ? names : "-"; }

int cp_file_publish(const char *name, const void *bytes, cp_size size, const char *readers,
                    const char *writers) {
  const char *words[] = {"publish", name, list(readers), list(writers), 0};
  return size == 0 ? -EINVAL : request(words, bytes, size);
}

int cp_file_revoke(const char *name, const char *cvm) {
  const char *words[] = {"revoke", name, cvm, 0};
  return request(words, 0, 0);
}

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

/* What /dev/cvm/serve is read and written as. */
struct incoming {
  long number, x, y, z, size;
  char caller[64];
};

struct answer {
  long number, result;
};

enum { MOST_BYTES = 128 << 10 };

/* A function that is served: a worker reads a call while others carry theirs out. */
struct served {
  cp_function *function;
  long cookie;
  int descriptor;
  int waiting;
  int workers;
};

static __thread const char *caller;

static void *serve(void *argument);

static int add_worker(struct served *served) {
  sigset_t all, before;
  pthread_t thread;
  pthread_attr_t detached;
  __atomic_add_fetch(&served->workers, 1, __ATOMIC_SEQ_CST);
  __atomic_add_fetch(&served->waiting, 1, __ATOMIC_SEQ_CST);
  pthread_attr_init(&detached);
  pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  /* Signals are for the threads of the program. */
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&thread, &detached, serve, served);
  pthread_sigmask(SIG_SETMASK, &before, 0);
  pthread_attr_destroy(&detached);
  if (error) {
    __atomic_sub_fetch(&served->waiting, 1, __ATOMIC_SEQ_CST);
    __atomic_sub_fetch(&served->workers, 1, __ATOMIC_SEQ_CST);
  }
  return -error;
}

/* Counted as one that waits, until it has a call. One waits at a time, if there can be one. */
static void *serve(void *argument) {
  struct served *served = argument;
  struct incoming call;
  unsigned char *bytes = malloc(MOST_BYTES);
  for (;;) {
    struct iovec parts[] = {{&call, sizeof call}, {bytes, bytes ? MOST_BYTES : 0}};
    ssize_t n = readv(served->descriptor, parts, 2);
    if (n <= 0) break;
    if (__atomic_sub_fetch(&served->waiting, 1, __ATOMIC_SEQ_CST) == 0) add_worker(served);
    caller = call.caller;
    struct answer answer = {call.number, 0};
    answer.result = served->function(served->cookie, call.x, call.y, call.z, bytes, call.size);
    struct iovec reply[] = {{&answer, sizeof answer}, {bytes, call.size}};
    writev(served->descriptor, reply, 2);
    if (__atomic_add_fetch(&served->waiting, 1, __ATOMIC_SEQ_CST) > 1) break;
  }
  __atomic_sub_fetch(&served->waiting, 1, __ATOMIC_SEQ_CST);
  free(bytes);
  if (__atomic_sub_fetch(&served->workers, 1, __ATOMIC_SEQ_CST) == 0) {
    close(served->descriptor);
    free(served);
  }
  return 0;
}

long cp_call_publish(const char *name, cp_function *function, long cookie, const char *callers) {
  char line[4096];
  const char *allowed = !callers ? "*" : list(callers);
  int length = snprintf(line, sizeof line, "%s %s", name, allowed);
  if (length < 0 || (size_t)length >= sizeof line) return -EINVAL;
  struct served *served = calloc(1, sizeof *served);
  if (!served) return -ENOMEM;
  int error = 0;
  served->function = function;
  served->cookie = cookie;
  served->descriptor = open("/dev/cvm/serve", O_RDWR | O_CLOEXEC);
  if (served->descriptor < 0) {
    error = -errno;
    free(served);
    return error;
  }
  /* The handle is a descriptor of its own: that of the workers is theirs to close. */
  int handle = fcntl(served->descriptor, F_DUPFD_CLOEXEC, 0);
  if (handle < 0 || write(served->descriptor, line, length) < 0) {
    error = -errno;
  } else {
    error = add_worker(served);
  }
  if (error) {
    if (handle >= 0) close(handle);
    close(served->descriptor);
    free(served);
    return error;
  }
  return handle;
}

long cp_call_open(const char *name) { return open_object("calls/", name, O_RDWR); }

/* A descriptor for one call of a function that is open. */
static int begin(long function, const long *integers, const void *bytes, cp_size size) {
  char link[32], path[PATH] = "";
  snprintf(link, sizeof link, "/proc/self/fd/%ld", function);
  if (readlink(link, path, sizeof path - 1) < 0) return -EINVAL;
  int call = open(path, O_RDWR | O_CLOEXEC);
  if (call < 0) return errno == ENOENT ? -EPIPE : -errno;
  struct iovec parts[] = {{(void *)integers, 3 * sizeof *integers}, {(void *)bytes, size}};
  if (writev(call, parts, 2) >= 0) return call;
  int error = errno == EBUSY ? EAGAIN : errno;
  close(call);
  return -error;
}

static int wait_for(int call, long nanoseconds) {
  struct pollfd waited = {call, POLLIN, 0};
  struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  int n = ppoll(&waited, 1, nanoseconds < 0 ? 0 : &time, 0);
  return n < 0 ? -errno : n == 0 ? -ETIMEDOUT : 0;
}

static long collect(int call, void *bytes, cp_size size) {
  long result;
  struct iovec parts[] = {{&result, sizeof result}, {bytes, size}};
  return readv(call, parts, 2) < 0 ? -errno : result;
}

long cp_call(long function, long x, long y, long z, void *bytes, cp_size size, long nanoseconds) {
  long integers[] = {x, y, z};
  int call = begin(function, integers, bytes, size);
  if (call < 0) return call;
  long result = wait_for(call, nanoseconds);
  if (result == 0) result = collect(call, bytes, size);
  close(call);
  return result;
}

long cp_call_start(long function, long x, long y, long z, const void *bytes, cp_size size) {
  long integers[] = {x, y, z};
  return begin(function, integers, bytes, size);
}

long cp_call_collect(long call, long nanoseconds, void *bytes, cp_size size) {
  long result = wait_for(call, nanoseconds);
  if (result < 0) return result;
  result = collect(call, bytes, size);
  close(call);
  return result;
}

int cp_call_close(long handle) {
  /* Ends a function's workers, which wait for calls; other handles have nothing to shut down. */
  shutdown(handle, SHUT_RDWR);
  return close(handle) < 0 ? -errno : 0;
}

long cp_call_caller(char *name, cp_size size) {
  if (!caller) return -EINVAL;
  cp_size length = strlen(caller);
  if (length >= size) return -EMSGSIZE;
  memcpy(name, caller, length + 1);
  return length;
}
