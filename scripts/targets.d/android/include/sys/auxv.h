#pragma once
#include <linux/auxvec.h>
#include <sys/cdefs.h>
#ifdef __aarch64__
#include <asm/hwcap.h>
#endif
__BEGIN_DECLS
unsigned long getauxval(unsigned long);
__END_DECLS
