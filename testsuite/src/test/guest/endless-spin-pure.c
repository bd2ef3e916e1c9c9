/*
 * A loop that touches no memory at all.
 *
 * options: --time-limit 2
 * unrecorded: the limit is cvm's, and its status 124
 */
int main(void) {
  for (;;) {
    __asm__ volatile("");
  }
}
