/*
 * options: --time-limit 2
 * unrecorded: the limit is cvm's, and its status 124
 */
int main(void) {
  for (volatile int i = 0;; i++) {
  }
}
