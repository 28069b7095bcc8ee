/* How much a process has used and may use. */
#pragma once
#include <sys/cdefs.h>
#include <sys/time.h>
#include <sys/types.h>
#include <linux/resource.h>
typedef unsigned long rlim_t;
__BEGIN_DECLS
int getrlimit(int, struct rlimit*);
int getrusage(int, struct rusage*);
int setrlimit(int, const struct rlimit*);
__END_DECLS
