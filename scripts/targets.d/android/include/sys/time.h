#pragma once
#include <sys/select.h>
#include <time.h>
struct timezone {
    int tz_minuteswest;
    int tz_dsttime;
};
__BEGIN_DECLS
int gettimeofday(struct timeval*, struct timezone*);
int utimes(const char*, const struct timeval*);
__END_DECLS
