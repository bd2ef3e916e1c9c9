// C++ exceptions through several frames, with destructors, rethrowing and a throw from a callback.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

int alive = 0;

struct Guard {
  explicit Guard(int depth) : depth(depth) { alive++; }
  ~Guard() { alive--; }
  int depth;
};

[[gnu::noinline]] int descend(int depth, int limit) {
  Guard guard(depth);
  if (depth == limit) {
    if (limit % 2 == 0) {
      throw std::runtime_error("depth " + std::to_string(depth));
    }
    throw limit;
  }
  int result = descend(depth + 1, limit);
  return result + guard.depth;
}

[[gnu::noinline]] int rethrow(int limit) {
  Guard guard(limit);
  try {
    return descend(0, limit);
  } catch (const std::exception &) {
    alive += 100;
    throw;
  }
}

int compare(const void *a, const void *b) {
  if (*static_cast<const int *>(a) == 5) {
    throw std::string("five");
  }
  return *static_cast<const int *>(a) - *static_cast<const int *>(b);
}

}  // namespace

int main() {
  long sum = 0;
  for (int i = 0; i < 2000; i++) {
    try {
      rethrow(i % 37);
    } catch (const std::runtime_error &e) {
      sum += static_cast<long>(std::string(e.what()).size());
      alive -= 100;
    } catch (int limit) {
      sum += limit;
    }
  }
  std::printf("sum %ld alive %d\n", sum, alive);
  std::vector<int> numbers{9, 2, 7, 5, 1};
  try {
    // Through a C frame: the libc was built with unwind tables.
    std::qsort(numbers.data(), numbers.size(), sizeof(int), compare);
  } catch (const std::string &what) {
    std::printf("caught %s\n", what.c_str());
  }
  try {
    std::vector<int>().at(3);
  } catch (const std::out_of_range &) {
    std::puts("out of range");
  }
  std::fflush(stdout);
  throw 1;  // nobody catches it: SIGABRT
}
