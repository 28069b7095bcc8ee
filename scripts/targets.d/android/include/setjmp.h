#pragma once
#include <sys/cdefs.h>
#ifdef __aarch64__
#define _JBLEN 32
#else
#define _JBLEN 11
#endif
typedef long jmp_buf[_JBLEN];
typedef long sigjmp_buf[_JBLEN + 1];
__BEGIN_DECLS
void longjmp(jmp_buf, int) __noreturn;
int setjmp(jmp_buf);
void siglongjmp(sigjmp_buf, int) __noreturn;
int sigsetjmp(sigjmp_buf, int);
__END_DECLS
