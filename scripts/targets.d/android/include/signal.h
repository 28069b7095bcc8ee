#pragma once
#include <asm/sigcontext.h>
#include <sys/types.h>
/* The kernel's numbers are the library's on 64 bits; its struct sigaction is not. */
#define sigaction __kernel_sigaction
#define sigset_t __kernel_sigset_t
#include <asm/signal.h>
#undef sigaction
#undef sigset_t
#include <asm/siginfo.h>
#undef NSIG
#define NSIG 65
typedef unsigned long sigset_t;
struct sigaction {
    int sa_flags;
    union {
        void (*sa_handler)(int);
        void (*sa_sigaction)(int, struct siginfo*, void*);
    };
    sigset_t sa_mask;
    void (*sa_restorer)(void);
};
typedef int sig_atomic_t;
__BEGIN_DECLS
int kill(pid_t, int);
int raise(int);
int sigaction(int, const struct sigaction*, struct sigaction*);
int sigaddset(sigset_t*, int);
int sigdelset(sigset_t*, int);
int sigemptyset(sigset_t*);
int sigfillset(sigset_t*);
void (*signal(int, void (*)(int)))(int);
int sigprocmask(int, const sigset_t*, sigset_t*);
__END_DECLS
