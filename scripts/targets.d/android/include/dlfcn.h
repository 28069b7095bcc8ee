#pragma once
#include <sys/cdefs.h>
typedef struct {
    const char* dli_fname;
    void* dli_fbase;
    const char* dli_sname;
    void* dli_saddr;
} Dl_info;
#define RTLD_LOCAL 0
#define RTLD_LAZY 1
#define RTLD_NOW 2
#define RTLD_GLOBAL 0x100
__BEGIN_DECLS
int dladdr(const void*, Dl_info*);
int dlclose(void*);
const char* dlerror(void);
void* dlopen(const char*, int);
void* dlsym(void*, const char*);
__END_DECLS
