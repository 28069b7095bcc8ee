#pragma once
#include <netinet/in.h>
__BEGIN_DECLS
in_addr_t inet_addr(const char*);
char* inet_ntoa(struct in_addr);
const char* inet_ntop(int, const void*, char*, socklen_t);
int inet_pton(int, const char*, void*);
__END_DECLS
