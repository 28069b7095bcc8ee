#pragma once
#include <linux/errno.h>
#include <sys/cdefs.h>
#ifndef ENOTSUP
#define ENOTSUP EOPNOTSUPP
#endif
__BEGIN_DECLS
int* __errno(void) __attribute__((__const__));
__END_DECLS
#define errno (*__errno())
