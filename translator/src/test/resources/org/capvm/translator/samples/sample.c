// A library with an exported function, a call through the procedure linkage table, an initialiser
// and thread-local storage.

extern int sample_outside(int value);

__thread int sample_counter = 5;

int sample_twice(int value) {
  sample_counter++;
  return sample_outside(value) + value;
}

__attribute__((constructor)) static void initialise(void) { sample_counter = 6; }
