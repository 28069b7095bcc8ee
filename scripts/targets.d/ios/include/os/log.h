#pragma once
/* zig's headers leave out Apple's unified log; this is what the oslog crate calls of it. */
#include <stdbool.h>
#include <stdint.h>
typedef struct os_log_s* os_log_t;
typedef uint8_t os_log_type_t;
#define OS_LOG_TYPE_DEFAULT ((os_log_type_t)0x00)
#define OS_LOG_TYPE_INFO ((os_log_type_t)0x01)
#define OS_LOG_TYPE_DEBUG ((os_log_type_t)0x02)
#define OS_LOG_TYPE_ERROR ((os_log_type_t)0x10)
#define OS_LOG_TYPE_FAULT ((os_log_type_t)0x11)
extern struct os_log_s _os_log_default;
extern void* __dso_handle;
#define OS_LOG_DEFAULT (&_os_log_default)
bool os_log_type_enabled(os_log_t, os_log_type_t);
void _os_log_impl(void*, os_log_t, os_log_type_t, const char*, uint8_t*, uint32_t);
#define os_log_with_type(log, type, format, ...) \
    do { \
        if (os_log_type_enabled(log, type)) { \
            __attribute__((section("__TEXT,__oslogstring,cstring_literals"))) static const char text[] = format; \
            uint8_t buffer[__builtin_os_log_format_buffer_size(format, ##__VA_ARGS__)] __attribute__((aligned(16))); \
            __builtin_os_log_format(buffer, format, ##__VA_ARGS__); \
            _os_log_impl(&__dso_handle, log, type, text, buffer, sizeof(buffer)); \
        } \
    } while (0)
#define os_log(log, ...) os_log_with_type(log, OS_LOG_TYPE_DEFAULT, __VA_ARGS__)
#define os_log_info(log, ...) os_log_with_type(log, OS_LOG_TYPE_INFO, __VA_ARGS__)
#define os_log_debug(log, ...) os_log_with_type(log, OS_LOG_TYPE_DEBUG, __VA_ARGS__)
#define os_log_error(log, ...) os_log_with_type(log, OS_LOG_TYPE_ERROR, __VA_ARGS__)
#define os_log_fault(log, ...) os_log_with_type(log, OS_LOG_TYPE_FAULT, __VA_ARGS__)
