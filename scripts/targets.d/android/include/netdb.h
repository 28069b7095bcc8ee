#pragma once
#include <netinet/in.h>
#include <sys/socket.h>
struct addrinfo {
    int ai_flags;
    int ai_family;
    int ai_socktype;
    int ai_protocol;
    socklen_t ai_addrlen;
    char* ai_canonname;
    struct sockaddr* ai_addr;
    struct addrinfo* ai_next;
};
struct hostent {
    char* h_name;
    char** h_aliases;
    int h_addrtype;
    int h_length;
    char** h_addr_list;
};
#define h_addr h_addr_list[0]
struct servent {
    char* s_name;
    char** s_aliases;
    int s_port;
    char* s_proto;
};
#define h_errno (*__get_h_errno())
#define HOST_NOT_FOUND 1
#define TRY_AGAIN 2
#define NO_RECOVERY 3
#define NO_DATA 4
#define AI_PASSIVE 0x1
#define AI_CANONNAME 0x2
#define AI_NUMERICHOST 0x4
#define AI_NUMERICSERV 0x8
#define AI_ADDRCONFIG 0x400
#define EAI_AGAIN 2
#define EAI_FAMILY 5
#define EAI_MEMORY 6
#define EAI_NONAME 8
#define EAI_SERVICE 9
#define EAI_SYSTEM 11
#define NI_NUMERICHOST 0x2
#define NI_NUMERICSERV 0x8
#define NI_DGRAM 0x10
#define NI_MAXHOST 1025
#define NI_MAXSERV 32
__BEGIN_DECLS
int* __get_h_errno(void);
void freeaddrinfo(struct addrinfo*);
const char* gai_strerror(int);
int getaddrinfo(const char*, const char*, const struct addrinfo*, struct addrinfo**);
struct hostent* gethostbyname(const char*);
int getnameinfo(const struct sockaddr*, socklen_t, char*, size_t, char*, size_t, int);
struct servent* getservbyname(const char*, const char*);
__END_DECLS
