#pragma once
#if !defined(__ANDROID__) || !defined(__LP64__)
#error "these headers describe the 64-bit Android C library only"
#endif
#ifdef __cplusplus
#define __BEGIN_DECLS extern "C" {
#define __END_DECLS }
#else
#define __BEGIN_DECLS
#define __END_DECLS
#endif
#define __noreturn __attribute__((__noreturn__))
