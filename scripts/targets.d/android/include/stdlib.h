#pragma once
#include <alloca.h>
#include <stddef.h>
#include <sys/cdefs.h>
#define EXIT_FAILURE 1
#define EXIT_SUCCESS 0
#define RAND_MAX 0x7fffffff
__BEGIN_DECLS
void abort(void) __noreturn;
int abs(int);
int atexit(void (*)(void));
double atof(const char*);
int atoi(const char*);
long atol(const char*);
void* bsearch(const void*, const void*, size_t, size_t, int (*)(const void*, const void*));
void* calloc(size_t, size_t);
void exit(int) __noreturn;
void free(void*);
char* getenv(const char*);
void* malloc(size_t);
int posix_memalign(void**, size_t, size_t);
void qsort(void*, size_t, size_t, int (*)(const void*, const void*));
void* realloc(void*, size_t);
char* realpath(const char*, char*);
double strtod(const char*, char**);
long strtol(const char*, char**, int);
long long strtoll(const char*, char**, int);
unsigned long strtoul(const char*, char**, int);
unsigned long long strtoull(const char*, char**, int);
int system(const char*);
__END_DECLS
