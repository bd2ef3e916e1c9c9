/*
 * What cVMs share, for C programs: buffers (CP_File), streams (CP_Stream) and functions (CP_Call).
 *
 * The same program is built for bare cVMs, where these are hostcalls, and for the host kernel, where
 * they are the files of /dev/cvm: link it with libcvm-bare.a or with libcvm-linux.a.
 * Functions return error numbers of Linux as negative numbers, and never set errno.
 *
 * Names are texts of 1 to 63 ASCII characters. A list of cVMs is a text with commas between the
 * names; "*" is every cVM, and NULL or "" none unless a function says otherwise.
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned long cp_size;

/* Error numbers that a program may want to know. */
enum {
  CP_ENOENT = 2,      /* nothing has the name */
  CP_EINTR = 4,       /* a signal came, or the cVM ends */
  CP_EIO = 5,         /* the buffer was taken back */
  CP_EAGAIN = 11,     /* it would have to wait, or the word has another value */
  CP_EACCES = 13,     /* the access list says no */
  CP_EEXIST = 17,     /* the name is taken */
  CP_EINVAL = 22,     /* an argument makes no sense */
  CP_EPIPE = 32,      /* the other side is gone */
  CP_EOPNOTSUPP = 95, /* not under this kernel, or without capabilities */
  CP_ETIMEDOUT = 110, /* the time is up */
};

/* Nanoseconds: to wait for ever. */
#define CP_FOREVER (-1L)

/* In flags: not to wait, but to return -CP_EAGAIN. */
#define CP_NO_WAIT 1

/* ---- Buffers: memory that several cVMs read and write. ---- */

/*
 * An open buffer. Only size is for programs to read. In a bare cVM the capability is the authority:
 * it lies in a structure that is copied with its alignment, or does not work any more.
 */
typedef struct cp_file {
  unsigned char capability[16] __attribute__((aligned(16)));
  cp_size size;     /* in bytes */
  int descriptor;   /* host kernel */
  void *mapping;    /* host kernel, for words that are waited for */
  char name[64];
} cp_file;

/*
 * Makes a buffer with a copy of bytes. readers may read it, writers may read and write it; the caller may do everything.
 */
int cp_file_publish(const char *name, const void *bytes, cp_size size, const char *readers,
                    const char *writers);

/* Opens a buffer for reading (0), or for reading and writing (1). */
int cp_file_open(cp_file *file, const char *name, int writable);

/*
 * Copy between a buffer and memory of the program, at any offset and length. They return how many
 * bytes were copied: fewer at the end of the buffer, and 0 behind it. No two of them are ordered by
 * anything but cp_file_wait and cp_file_wake. When the buffer was taken back they return -CP_EIO
 * under the host kernel; in a bare cVM it is the program's own capability that is used, and faults.
 */
long cp_file_read(const cp_file *file, void *to, cp_size bytes, cp_size offset);
long cp_file_write(const cp_file *file, const void *from, cp_size bytes, cp_size offset);

/* The word of 4 bytes at an offset, a multiple of 4 within the buffer: volatile, in program order. */
unsigned cp_file_load(const cp_file *file, cp_size offset);
void cp_file_store(const cp_file *file, cp_size offset, unsigned value);

/*
 * Waits while the word at an offset has a value, until it is woken: 0. -CP_EAGAIN when it has another
 * value, -CP_ETIMEDOUT after so many nanoseconds, or -CP_EPIPE when the buffer is taken back.
 */
int cp_file_wait(cp_file *file, cp_size offset, unsigned value, long nanoseconds);

/* Wakes at most so many that wait for a word, in whatever cVM; how many. */
int cp_file_wake(cp_file *file, cp_size offset, int most);

/* Gives it back. */
int cp_file_close(cp_file *file);

/*
 * Takes a buffer that the caller has published away from a cVM for ever, or, for NULL, from all, and
 * removes it. When this returns nobody of them reaches the contents.
 */
int cp_file_revoke(const char *name, const char *cvm);

/* ---- Streams: bytes in order, both ways, between two cVMs. ---- */

/* A name that others connect to. */
typedef struct cp_listener {
  long handle;
  char name[64];
} cp_listener;

/*
 * Listens to a name. A configuration that declares it says who may connect; otherwise, in bare cVMs
 * only, writers may, or for NULL every cVM.
 */
int cp_stream_listen(cp_listener *listener, const char *name, const char *writers);

/* Waits for a stream: its number. flags: 0 or CP_NO_WAIT. */
long cp_stream_accept(cp_listener *listener, int flags);

/*
 * Connects to a name to which another cVM listens, without waiting for it: the stream's number.
 */
long cp_stream_connect(const char *name);

/*
 * Sends bytes, and waits until all are sent, or with CP_NO_WAIT sends what there is room for: how
 * many were sent, or -CP_EPIPE when nobody will receive any. There is no SIGPIPE.
 */
long cp_stream_send(long stream, const void *bytes, cp_size count, int flags);

/* Receives at least one byte: how many; 0 at the end of the stream. */
long cp_stream_receive(long stream, void *bytes, cp_size most);

/* Nothing more will be sent; the other side still may. */
int cp_stream_finish(long stream);

int cp_stream_close(long stream);

/* Listens no more; streams that were accepted stay. */
int cp_listener_close(cp_listener *listener);

/*
 * ---- Functions of other cVMs. ----
 * Under the host kernel they run on threads of the library; a call takes some 100 microseconds there.
 */

/* bytes: a copy of the caller's; what the function leaves there goes back to the caller. */
typedef long cp_function(long cookie, long x, long y, long z, void *bytes, cp_size size);

/* Lets callers call a function, or for NULL every cVM: a handle. */
long cp_call_publish(const char *name, cp_function *function, long cookie, const char *callers);

/* Opens a function of another cVM: a handle. */
long cp_call_open(const char *name);

/*
 * Calls it, waiting at most so long: what it returns, or why there is no result. As both are numbers,
 * functions best return no small negative ones.
 */
long cp_call(long function, long x, long y, long z, void *bytes, cp_size size, long nanoseconds);

/* Calls it without waiting: a handle for cp_call_collect. */
long cp_call_start(long function, long x, long y, long z, const void *bytes, cp_size size);

/* Waits for the result of a call, and gets what the function made of the first size bytes. */
long cp_call_collect(long call, long nanoseconds, void *bytes, cp_size size);

/* Ends what cp_call_publish, cp_call_open or cp_call_start began. */
int cp_call_close(long handle);

/* In a function that was called: the name of the calling cVM; its length. */
long cp_call_caller(char *name, cp_size size);

/* ---- What programs of both kinds need besides. ---- */

/* Prints a text on the console of the cVM. */
void cvm_print(const char *text);

/* ---- Nested cVMs: bare cVMs only. ---- */

/*
 * A hostcall that a nested cVM makes: its number, and a0 to a7. Pointers are addresses in the memory of
 * the nested cVM, and may be wrong, also on purpose: cvm_inner_read and cvm_inner_write know.
 */
typedef struct cvm_inner_call {
  long number;
  long arguments[8];
} cvm_inner_call;

/*
 * Lets a function, long function(const cvm_inner_call *), serve the hostcalls of all cVMs that are nested
 * in this one. It returns what the hostcall does, and is called on a thread of its own, several at a time
 * where several threads make hostcalls. Where it has called cvm_pass_on the hostcall goes on, when it
 * has returned, to who serves this cVM, and at last to the Intravisor; its result is dropped then.
 */
#define CVM_SERVES_HOSTCALLS(function)                                                            \
  __asm__(".pushsection .text\n"                                                                  \
          ".balign 4\n"                                                                           \
          ".globl syscall_handler\n"                                                              \
          "syscall_handler:\n"                                                                    \
          "  addi sp, sp, -80\n"                                                                  \
          "  sd t5, 0(sp)\n"                                                                      \
          "  sd a0, 8(sp)\n"                                                                      \
          "  sd a1, 16(sp)\n"                                                                     \
          "  sd a2, 24(sp)\n"                                                                     \
          "  sd a3, 32(sp)\n"                                                                     \
          "  sd a4, 40(sp)\n"                                                                     \
          "  sd a5, 48(sp)\n"                                                                     \
          "  sd a6, 56(sp)\n"                                                                     \
          "  sd a7, 64(sp)\n"                                                                     \
          "  sd ra, 72(sp)\n"                                                                     \
          "  mv a0, sp\n"                                                                         \
          "  call " #function "\n"                                                                \
          "  ld ra, 72(sp)\n"                                                                     \
          "  addi sp, sp, 80\n"                                                                   \
          "  ret\n"                                                                               \
          ".popsection\n")

/* In a function that serves a hostcall; see CVM_SERVES_HOSTCALLS. -CP_EINVAL elsewhere. */
long cvm_pass_on(void);

/*
 * Copy from and to the memory of the nested cVM, as far as it could access it itself, and return how
 * many bytes: all, or -14 (EFAULT). cp_call_caller says which cVM it is.
 */
long cvm_inner_read(long from, void *to, cp_size bytes);
long cvm_inner_write(long to, const void *from, cp_size bytes);

#ifdef __cplusplus
}
#endif
