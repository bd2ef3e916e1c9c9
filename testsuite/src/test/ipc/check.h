// Checks of guest programs: the first that fails says where and ends the program.
#pragma once
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                      \
  do {                                                                        \
    if (!(condition)) {                                                       \
      printf("line %d: %s, errno %d\n", __LINE__, #condition, errno);         \
      fflush(stdout);                                                         \
      _Exit(1);                                                               \
    }                                                                         \
  } while (0)

// That a call fails for a reason.
#define FAILS(reason, call)     \
  do {                          \
    errno = 0;                  \
    CHECK((call) == -1);        \
    CHECK(errno == (reason));   \
  } while (0)
