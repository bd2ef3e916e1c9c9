/*
 * A call of itself, and nothing else: it needs no memory, so it goes on until it is killed.
 *
 * options: --time-limit 2
 * unrecorded: the limit is cvm's, and its status 124
 */
void nest(void);
__asm__(".text\n.globl nest\n.type nest, @function\nnest:\n  call nest\n  ret\n.size nest, .-nest\n");

int main(void) {
  nest();
}
