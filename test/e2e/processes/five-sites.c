#include <fcntl.h>
#include <unistd.h>
#include <stdio.h>
#include <time.h>
#include <stdlib.h>
__attribute__((noinline)) int open_a(void){ return open("/etc/hostname", O_RDONLY); }
__attribute__((noinline)) int open_b(void){ return open("/etc/passwd", O_RDONLY); }
__attribute__((noinline)) int open_c(void){ return open("/etc/group", O_RDONLY); } // never closed
__attribute__((noinline)) int open_d(void){ return open("/etc/hosts", O_RDONLY); }
__attribute__((noinline)) int open_e(void){ return open("/etc/fstab", O_RDONLY); }
int main(int c, char **v){
  int every = c > 1 ? atoi(v[1]) : 20;
  puts("ready"); fflush(stdout);
  for (;;) {
    int a=open_a(), b=open_b(), d=open_d(), e=open_e();
    int leak = open_c(); (void)leak;
    close(a); close(b); close(d); close(e);
    usleep(every*1000);
  }
}
