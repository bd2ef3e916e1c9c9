/* Hostcalls: the number in t5, arguments from a0 on, the result in a0. */
#pragma once

enum {
  HC_PRINT = 1,
  HC_EXIT = 13,
  HC_FILE_PUBLISH = 420,
  HC_FILE_OPEN = 421,
  HC_FILE_CLOSE = 422,
  HC_FILE_REVOKE = 423,
  HC_STREAM_LISTEN = 430,
  HC_STREAM_ACCEPT = 431,
  HC_STREAM_CONNECT = 432,
  HC_STREAM_SEND = 433,
  HC_STREAM_RECEIVE = 434,
  HC_STREAM_FINISH = 438,
  HC_STREAM_CLOSE = 439,
  HC_CALL_PUBLISH = 440,
  HC_CALL_OPEN = 441,
  HC_CALL = 442,
  HC_CALL_START = 443,
  HC_CALL_COLLECT = 444,
  HC_CALL_CLOSE = 445,
  HC_CALL_CALLER = 446,
  HC_PASS_ON = 703,
  HC_INNER_READ = 704,
  HC_INNER_WRITE = 705,
};

/* In assembly, since a hostcall takes more arguments than fit on one line of constraints. */
long cvm_hostcall(long x0, long x1, long x2, long x3, long x4, long x5, long x6, long x7,
                  long number);
