#pragma once
#include <sys/types.h>
#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#define _SC_PAGESIZE 0x27
#define _SC_PAGE_SIZE 0x28
#define _SC_NPROCESSORS_CONF 0x60
#define _SC_NPROCESSORS_ONLN 0x61
__BEGIN_DECLS
int access(const char*, int);
unsigned alarm(unsigned);
int chown(const char*, uid_t, gid_t);
int close(int);
int dup(int);
int dup2(int, int);
int fchown(int, uid_t, gid_t);
int fdatasync(int);
pid_t fork(void);
int fsync(int);
int ftruncate(int, off_t);
int ftruncate64(int, off64_t);
char* getcwd(char*, size_t);
gid_t getegid(void);
uid_t geteuid(void);
gid_t getgid(void);
int gethostname(char*, size_t);
int getpagesize(void);
pid_t getpid(void);
pid_t getppid(void);
uid_t getuid(void);
int isatty(int);
int link(const char*, const char*);
off_t lseek(int, off_t, int);
off64_t lseek64(int, off64_t, int);
int pipe(int*);
ssize_t pread(int, void*, size_t, off_t);
ssize_t pread64(int, void*, size_t, off64_t);
ssize_t pwrite(int, const void*, size_t, off_t);
ssize_t pwrite64(int, const void*, size_t, off64_t);
ssize_t read(int, void*, size_t);
ssize_t readlink(const char*, char*, size_t);
int rmdir(const char*);
unsigned sleep(unsigned);
int symlink(const char*, const char*);
long syscall(long, ...);
long sysconf(int);
int unlink(const char*);
int usleep(useconds_t);
ssize_t write(int, const void*, size_t);
__END_DECLS
