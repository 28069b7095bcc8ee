#pragma once
#include <asm/termbits.h>
#include <sys/ioctl.h>
/* Functions of the library from API 28 on only. */
static inline int tcgetattr(int fd, struct termios* settings) { return ioctl(fd, TCGETS, settings); }
static inline int tcsetattr(int fd, int when, const struct termios* settings) {
    return ioctl(fd, TCSETS + when, settings);
}
