#pragma once
#include <linux/elf.h>
#include <sys/types.h>
#define ElfW(type) Elf64_##type
/* Later systems append counters; who reads this much reads right on all. */
struct dl_phdr_info {
    Elf64_Addr dlpi_addr;
    const char* dlpi_name;
    const Elf64_Phdr* dlpi_phdr;
    Elf64_Half dlpi_phnum;
};
__BEGIN_DECLS
int dl_iterate_phdr(int (*)(struct dl_phdr_info*, size_t, void*), void*);
__END_DECLS
