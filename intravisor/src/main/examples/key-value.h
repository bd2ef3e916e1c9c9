// What the clients of the key-value store pass to it, and get back.
#include <cvm.h>

enum { PUT = 1, GET = 2, COUNT = 3 };
enum { NOT_FOUND = 1, FULL = 2 };

typedef struct {
  char key[32];
  char value[96];
} entry;
