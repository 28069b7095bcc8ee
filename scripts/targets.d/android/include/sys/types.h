#pragma once
#include <linux/types.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/cdefs.h>
typedef uint32_t gid_t;
typedef uint32_t id_t;
typedef uint32_t mode_t;
typedef uint32_t nlink_t;
typedef uint32_t socklen_t;
typedef uint32_t uid_t;
typedef uint32_t useconds_t;
typedef uint64_t dev_t;
typedef unsigned long ino_t;
typedef int clockid_t;
typedef int pid_t;
typedef long blkcnt_t;
typedef long blksize_t;
typedef long clock_t;
typedef long off64_t;
typedef long off_t;
typedef long ssize_t;
typedef long suseconds_t;
typedef long time_t;
typedef unsigned char u_char;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef unsigned short u_short;
