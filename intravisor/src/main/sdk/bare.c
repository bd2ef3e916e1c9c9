/* cvm.h for bare cVMs: hostcalls, and the caller's own loads and stores by capabilities. */
#include "cvm.h"
#include "hostcall.h"

enum { FILE_WAIT = 425, FILE_WAKE = 426 };

void cvm_copy_out(void *to, const void *capability, cp_size offset, cp_size bytes);
void cvm_copy_in(const void *from, const void *capability, cp_size offset, cp_size bytes);
unsigned cvm_load(const void *capability, cp_size offset);
void cvm_store(const void *capability, cp_size offset, unsigned value);
long cvm_word_call(const void *capability, cp_size offset, long x, long y, long number);

/* What compilers take for granted; weak, so that a program may bring its own. */
__attribute__((weak)) void *memcpy(void *to, const void *from, cp_size bytes) {
  for (cp_size i = 0; i < bytes; i++) ((char *)to)[i] = ((const char *)from)[i];
  return to;
}

__attribute__((weak)) void *memset(void *to, int value, cp_size bytes) {
  for (cp_size i = 0; i < bytes; i++) ((char *)to)[i] = value;
  return to;
}

static long hostcall(long number, long x, long y, long z, long w) {
  return cvm_hostcall(x, y, z, w, 0, 0, 0, 0, number);
}

static const char *list(const char *names) { return names && *names ? names : 0; }

static cp_size length(const char *text) {
  cp_size n = 0;
  while (text[n]) n++;
  return n;
}

static int keep(char *to, const char *name) {
  cp_size n = length(name);
  if (n == 0 || n > 63) return -CP_EINVAL;
  memcpy(to, name, n + 1);
  return 0;
}

void cvm_print(const char *text) { hostcall(HC_PRINT, (long)text, length(text), 0, 0); }

int cp_file_publish(const char *name, const void *bytes, cp_size size, const char *readers,
                    const char *writers) {
  return cvm_hostcall((long)bytes, size, (long)name, (long)list(readers), (long)list(writers), 0, 0,
                      0, HC_FILE_PUBLISH);
}

int cp_file_open(cp_file *file, const char *name, int writable) {
  int error = keep(file->name, name);
  if (error) return error;
  return hostcall(HC_FILE_OPEN, (long)name, (long)file->capability, (long)&file->size, writable != 0);
}

static cp_size within(const cp_file *file, cp_size bytes, cp_size offset) {
  if (offset >= file->size) return 0;
  return bytes < file->size - offset ? bytes : file->size - offset;
}

long cp_file_read(const cp_file *file, void *to, cp_size bytes, cp_size offset) {
  cp_size n = within(file, bytes, offset);
  cvm_copy_out(to, file->capability, offset, n);
  return n;
}

long cp_file_write(const cp_file *file, const void *from, cp_size bytes, cp_size offset) {
  cp_size n = within(file, bytes, offset);
  cvm_copy_in(from, file->capability, offset, n);
  return n;
}

unsigned cp_file_load(const cp_file *file, cp_size offset) {
  return cvm_load(file->capability, offset);
}

void cp_file_store(const cp_file *file, cp_size offset, unsigned value) {
  cvm_store(file->capability, offset, value);
}

int cp_file_wait(cp_file *file, cp_size offset, unsigned value, long nanoseconds) {
  return cvm_word_call(file->capability, offset, value, nanoseconds, FILE_WAIT);
}

int cp_file_wake(cp_file *file, cp_size offset, int most) {
  return cvm_word_call(file->capability, offset, most, 0, FILE_WAKE);
}

int cp_file_close(cp_file *file) { return hostcall(HC_FILE_CLOSE, (long)file->name, 0, 0, 0); }

int cp_file_revoke(const char *name, const char *cvm) {
  return hostcall(HC_FILE_REVOKE, (long)name, (long)cvm, 0, 0);
}

int cp_stream_listen(cp_listener *listener, const char *name, const char *writers) {
  int error = keep(listener->name, name);
  if (error) return error;
  listener->handle = hostcall(HC_STREAM_LISTEN, (long)name, (long)writers, 0, 0);
  return listener->handle < 0 ? (int)listener->handle : 0;
}

long cp_stream_accept(cp_listener *listener, int flags) {
  return hostcall(HC_STREAM_ACCEPT, listener->handle, flags, 0, 0);
}

long cp_stream_connect(const char *name) { return hostcall(HC_STREAM_CONNECT, (long)name, 0, 0, 0); }

long cp_stream_send(long stream, const void *bytes, cp_size count, int flags) {
  return hostcall(HC_STREAM_SEND, stream, (long)bytes, count, flags);
}

long cp_stream_receive(long stream, void *bytes, cp_size most) {
  return hostcall(HC_STREAM_RECEIVE, stream, (long)bytes, most, 0);
}

int cp_stream_finish(long stream) { return hostcall(HC_STREAM_FINISH, stream, 0, 0, 0); }

int cp_stream_close(long stream) { return hostcall(HC_STREAM_CLOSE, stream, 0, 0, 0); }

int cp_listener_close(cp_listener *listener) {
  return hostcall(HC_STREAM_CLOSE, listener->handle, 0, 0, 0);
}

long cp_call_publish(const char *name, cp_function *function, long cookie, const char *callers) {
  return hostcall(HC_CALL_PUBLISH, (long)name, (long)function, cookie, (long)callers);
}

long cp_call_open(const char *name) { return hostcall(HC_CALL_OPEN, (long)name, 0, 0, 0); }

long cp_call(long function, long x, long y, long z, void *bytes, cp_size size, long nanoseconds) {
  return cvm_hostcall(function, x, y, z, (long)bytes, size, nanoseconds, 0, HC_CALL);
}

long cp_call_start(long function, long x, long y, long z, const void *bytes, cp_size size) {
  return cvm_hostcall(function, x, y, z, (long)bytes, size, 0, 0, HC_CALL_START);
}

long cp_call_collect(long call, long nanoseconds, void *bytes, cp_size size) {
  return hostcall(HC_CALL_COLLECT, call, nanoseconds, (long)bytes, size);
}

int cp_call_close(long handle) { return hostcall(HC_CALL_CLOSE, handle, 0, 0, 0); }

long cp_call_caller(char *name, cp_size size) {
  return hostcall(HC_CALL_CALLER, (long)name, size, 0, 0);
}

long cvm_pass_on(void) { return hostcall(HC_PASS_ON, 0, 0, 0, 0); }

long cvm_inner_read(long from, void *to, cp_size bytes) {
  return hostcall(HC_INNER_READ, from, (long)to, bytes, 0);
}

long cvm_inner_write(long to, const void *from, cp_size bytes) {
  return hostcall(HC_INNER_WRITE, to, (long)from, bytes, 0);
}
