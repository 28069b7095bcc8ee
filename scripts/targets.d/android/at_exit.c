/*
 * What every shared object brings of its own on 64-bit Android, whose C library has no atexit: the NDK's start object
 * holds the same. What was registered runs when the library goes, not when its memory is gone already.
 */
extern int __cxa_atexit(void (*function)(void *), void *argument, void *library);
extern void __cxa_finalize(void *library);
extern void *__dso_handle;

__attribute__((visibility("hidden"))) int atexit(void (*function)(void)) {
    return __cxa_atexit((void (*)(void *))function, 0, &__dso_handle);
}

__attribute__((destructor)) static void on_unload(void) { __cxa_finalize(&__dso_handle); }
