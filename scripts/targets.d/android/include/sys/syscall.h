#pragma once
#include <asm/unistd.h>
#define SYS_gettid __NR_gettid
#define SYS_process_vm_readv __NR_process_vm_readv
#define SYS_rt_sigprocmask __NR_rt_sigprocmask
