"""Writes a Rust crate that compiles only where the hand-written C headers agree with Rust's `libc` crate.

    abi_check.py facts             prints C source, one constant a fact
    abi_check.py crate IR          reads clang's LLVM IR of that source, writes lib.rs to standard output

The sizes, offsets and constants are those that SQLCipher, OpenSSL and ring were compiled with.
"""

import re
import sys

HEADERS = """dirent.h dlfcn.h errno.h fcntl.h limits.h link.h netdb.h netinet/in.h poll.h pthread.h signal.h sys/mman.h
sys/select.h sys/socket.h sys/stat.h sys/time.h sys/un.h sys/utsname.h syslog.h time.h unistd.h""".split()

# C type: fields, as both sides call them; "c=rust" where they differ.
STRUCTS = {
    "struct stat": """st_dev st_ino st_mode st_nlink st_uid st_gid st_rdev st_size st_blksize st_blocks st_atim=st_atime
        st_mtim=st_mtime st_ctim=st_ctime""",
    "struct addrinfo": "ai_flags ai_family ai_socktype ai_protocol ai_addrlen ai_canonname ai_addr ai_next",
    "struct cmsghdr": "cmsg_len cmsg_level cmsg_type",
    "struct dirent": "d_ino d_off d_reclen d_type d_name",
    "struct flock": "l_type l_whence l_start l_len l_pid",
    "struct hostent": "h_name h_aliases h_addrtype h_length h_addr_list",
    "struct iovec": "iov_base iov_len",
    "struct linger": "l_onoff l_linger",
    "struct msghdr": "msg_name msg_namelen msg_iov msg_iovlen msg_control msg_controllen msg_flags",
    "struct pollfd": "fd events revents",
    "struct servent": "s_name s_aliases s_port s_proto",
    "struct sigaction": "sa_flags sa_handler=sa_sigaction sa_mask",
    "struct sockaddr": "sa_family sa_data",
    "struct sockaddr_in": "sin_family sin_port sin_addr",
    "struct sockaddr_in6": "sin6_family sin6_port sin6_flowinfo sin6_addr sin6_scope_id",
    "struct sockaddr_storage": "ss_family",
    "struct sockaddr_un": "sun_family sun_path",
    "struct timespec": "tv_sec tv_nsec",
    "struct timeval": "tv_sec tv_usec",
    "struct tm": "tm_sec tm_min tm_hour tm_mday tm_mon tm_year tm_wday tm_yday tm_isdst tm_gmtoff tm_zone",
    "struct utsname": "sysname nodename release version machine domainname",
    "struct dl_phdr_info": "dlpi_addr dlpi_name dlpi_phdr dlpi_phnum",
    "Dl_info": "dli_fname dli_fbase dli_sname dli_saddr",
    "pthread_attr_t": "stack_base stack_size",
}
TYPES = """blkcnt_t blksize_t clock_t clockid_t dev_t fd_set gid_t ino_t mode_t off64_t off_t pid_t pthread_cond_t
pthread_condattr_t pthread_key_t pthread_mutex_t pthread_mutexattr_t pthread_rwlock_t pthread_rwlockattr_t pthread_t
sa_family_t sigset_t size_t socklen_t ssize_t suseconds_t time_t uid_t useconds_t""".split()
CONSTANTS = """AF_INET AF_INET6 AF_UNIX AF_UNSPEC AI_ADDRCONFIG AI_CANONNAME AI_NUMERICHOST AI_NUMERICSERV AI_PASSIVE
CLOCK_MONOTONIC CLOCK_REALTIME EACCES EAGAIN EAI_AGAIN EAI_FAMILY EAI_MEMORY EAI_NONAME EAI_SERVICE EAI_SYSTEM EBUSY
EEXIST EINPROGRESS EINTR EINVAL ENOENT ENOLCK ENOSPC ENOTSUP EPERM ERANGE ETIMEDOUT EWOULDBLOCK FD_CLOEXEC FD_SETSIZE
F_GETFD F_GETFL F_GETLK F_RDLCK F_SETFD F_SETFL F_SETLK F_SETLKW F_UNLCK F_WRLCK LOG_CONS LOG_DAEMON LOG_ERR LOG_PID
MAP_ANON MAP_PRIVATE MAP_SHARED MSG_DONTWAIT MSG_NOSIGNAL MSG_PEEK MSG_TRUNC NI_DGRAM NI_NUMERICHOST NI_NUMERICSERV
O_APPEND O_CLOEXEC O_CREAT O_DIRECTORY O_EXCL O_NOFOLLOW O_NONBLOCK O_RDONLY O_RDWR O_TRUNC O_WRONLY PATH_MAX POLLERR
POLLHUP POLLIN POLLOUT PROT_NONE PROT_READ PROT_WRITE PTHREAD_CREATE_DETACHED PTHREAD_CREATE_JOINABLE
PTHREAD_MUTEX_ERRORCHECK PTHREAD_MUTEX_NORMAL PTHREAD_MUTEX_RECURSIVE RTLD_GLOBAL RTLD_LAZY RTLD_LOCAL RTLD_NOW SHUT_RD
SHUT_RDWR SHUT_WR SIGABRT SIGBUS SIGILL SIGPIPE SIG_BLOCK SIG_SETMASK SOCK_CLOEXEC SOCK_DGRAM SOCK_NONBLOCK SOCK_STREAM
SOL_SOCKET SOMAXCONN SO_ERROR SO_REUSEADDR SO_TYPE S_IFDIR S_IFLNK S_IFMT S_IFREG _SC_NPROCESSORS_CONF
_SC_NPROCESSORS_ONLN _SC_PAGESIZE _SC_PAGE_SIZE""".split()

# Later systems append fields: who was compiled with fewer still reads right.
GROWS = {"struct dl_phdr_info"}


def facts():
    """(what it is, the C expression, the Rust expression, how they compare)."""
    for c_type, fields in STRUCTS.items():
        rust = f"libc::{c_type.removeprefix('struct ')}"
        yield f"size of {c_type}", f"sizeof({c_type})", f"size_of::<{rust}>()", ">=" if c_type in GROWS else "=="
        for field in fields.split():
            ours, _, theirs = field.partition("=")
            yield (
                f"offset of {c_type}.{ours}",
                f"__builtin_offsetof({c_type}, {ours})",
                f"offset_of!({rust}, {theirs or ours})",
                "==",
            )
    for name in TYPES:
        yield f"size of {name}", f"sizeof({name})", f"size_of::<libc::{name}>()", "=="
    for name in CONSTANTS:
        yield name, f"(unsigned long)({name})", f"libc::{name} as i64 as usize", "=="


def c_source() -> str:
    lines = [f"#include <{header}>" for header in HEADERS]
    lines += [f"const unsigned long fact_{index} = {c};" for index, (_, c, _, _) in enumerate(facts())]
    return "\n".join(lines)


def rust_source(llvm_ir: str) -> str:
    values = dict(re.findall(r"^@fact_(\d+) = .*?constant i64 (-?\d+)", llvm_ir, re.MULTILINE))
    lines = ["#![no_std]", "#![allow(clippy::all)]", "use core::mem::{offset_of, size_of};"]
    for index, (name, _, rust, compare) in enumerate(facts()):
        value = int(values[str(index)]) % 2**64
        lines.append(f'const _: () = assert!({rust} {compare} {value}, "{name} is {value} in the headers");')
    return "\n".join(lines)


if __name__ == "__main__":
    if sys.argv[1:] == ["facts"]:
        print(c_source())
    elif len(sys.argv) == 3 and sys.argv[1] == "crate":
        with open(sys.argv[2], encoding="utf-8") as file:
            print(rust_source(file.read()))
    else:
        sys.exit(__doc__)
