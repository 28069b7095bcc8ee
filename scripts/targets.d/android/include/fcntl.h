#pragma once
#include <asm/fcntl.h>
#include <linux/fadvise.h>
#include <sys/types.h>
__BEGIN_DECLS
int creat(const char*, mode_t);
int fcntl(int, int, ...);
int open(const char*, int, ...);
int open64(const char*, int, ...);
int openat(int, const char*, int, ...);
__END_DECLS
