/* sendmmsg and recvmmsg on a pair of datagram sockets. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define COUNT 5

int main(void) {
  int pair[2];
  socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
  char texts[COUNT][8], received[COUNT][8];
  struct mmsghdr out[COUNT], in[COUNT];
  struct iovec from[COUNT], to[COUNT];
  memset(out, 0, sizeof out);
  memset(in, 0, sizeof in);
  for (int i = 0; i < COUNT; i++) {
    from[i] = (struct iovec){texts[i], sprintf(texts[i], "text %.*s", i % 3, "xy")};
    to[i] = (struct iovec){received[i], sizeof received[i]};
    out[i].msg_hdr.msg_iov = &from[i], out[i].msg_hdr.msg_iovlen = 1;
    in[i].msg_hdr.msg_iov = &to[i], in[i].msg_hdr.msg_iovlen = 1;
  }
  printf("sent %d\n", sendmmsg(pair[0], out, 3, 0));
  printf("lengths %u %u %u %u\n", out[0].msg_len, out[1].msg_len, out[2].msg_len, out[3].msg_len);
  int n = recvmmsg(pair[1], in, COUNT, MSG_WAITFORONE, NULL);
  printf("received %d\n", n);
  for (int i = 0; i < n; i++) printf("%.*s|%u\n", (int)in[i].msg_len, received[i], in[i].msg_len);
  n = recvmmsg(pair[1], in, COUNT, MSG_DONTWAIT, NULL);
  printf("nothing %d %s\n", n, strerror(errno));
  printf("sent %d\n", sendmmsg(pair[0], out + 3, 2, 0));
  struct timespec limit = {5, 0};
  printf("received %d\n", recvmmsg(pair[1], in, 2, 0, &limit));
  printf("none %d\n", sendmmsg(pair[0], out, 0, 0));
  printf("bad %d %s\n", sendmmsg(99, out, 2, 0), strerror(errno));
  return 0;
}
