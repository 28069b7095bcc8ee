#pragma once
#include <stdint.h>
#include <sys/cdefs.h>
#define PRId8 "d"
#define PRId16 "d"
#define PRId32 "d"
#define PRId64 "ld"
#define PRIdPTR "ld"
#define PRIi32 "i"
#define PRIi64 "li"
#define PRIu8 "u"
#define PRIu16 "u"
#define PRIu32 "u"
#define PRIu64 "lu"
#define PRIuPTR "lu"
#define PRIx8 "x"
#define PRIx16 "x"
#define PRIx32 "x"
#define PRIx64 "lx"
#define PRIxPTR "lx"
#define PRIX32 "X"
#define PRIX64 "lX"
__BEGIN_DECLS
intmax_t strtoimax(const char*, char**, int);
uintmax_t strtoumax(const char*, char**, int);
__END_DECLS
