#pragma once
#include <linux/poll.h>
#include <sys/types.h>
typedef unsigned int nfds_t;
__BEGIN_DECLS
int poll(struct pollfd*, nfds_t, int);
__END_DECLS
