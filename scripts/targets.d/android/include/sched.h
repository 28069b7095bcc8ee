#pragma once
#include <sys/types.h>
__BEGIN_DECLS
int sched_yield(void);
__END_DECLS
