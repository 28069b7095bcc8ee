#pragma once
#include <linux/mman.h>
#include <sys/types.h>
#define MAP_FAILED ((void*)-1)
#define MAP_ANON MAP_ANONYMOUS
__BEGIN_DECLS
int madvise(void*, size_t, int);
int mlock(const void*, size_t);
void* mmap(void*, size_t, int, int, int, off_t);
void* mmap64(void*, size_t, int, int, int, off64_t);
int mprotect(void*, size_t, int);
void* mremap(void*, size_t, size_t, int, ...);
int msync(void*, size_t, int);
int munlock(const void*, size_t);
int munmap(void*, size_t);
__END_DECLS
