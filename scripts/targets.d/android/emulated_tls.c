/*
 * Variables of a thread, as clang compiles them for systems before API 29: the NDK brings this function in its
 * compiler's library. SQLCipher has one such variable.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Laid out by clang, one a variable. */
struct control {
    size_t size, align;
    uintptr_t index; /* from 1 on; 0: not used yet */
    const void *initial; /* NULL: zeros */
};

struct thread {
    uintptr_t count;
    void *values[];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t key;
static uintptr_t used;

static void release(void *argument) {
    struct thread *thread = argument;
    for (uintptr_t at = 0; at < thread->count; at++) free(thread->values[at]);
    free(thread);
}

static void start(void) {
    if (pthread_key_create(&key, release)) abort();
}

static uintptr_t index_of(struct control *control) {
    uintptr_t index = __atomic_load_n(&control->index, __ATOMIC_ACQUIRE);
    if (index) return index;
    pthread_once(&once, start);
    pthread_mutex_lock(&mutex);
    index = control->index;
    if (!index) {
        index = ++used;
        __atomic_store_n(&control->index, index, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&mutex);
    return index;
}

static void *fresh(const struct control *control) {
    void *value = NULL;
    size_t align = control->align < sizeof(void *) ? sizeof(void *) : control->align;
    if (posix_memalign(&value, align, control->size)) abort();
    if (control->initial) memcpy(value, control->initial, control->size);
    else memset(value, 0, control->size);
    return value;
}

__attribute__((visibility("hidden"))) void *__emutls_get_address(struct control *control) {
    uintptr_t index = index_of(control);
    struct thread *thread = pthread_getspecific(key);
    uintptr_t count = thread ? thread->count : 0;
    if (count < index) {
        thread = realloc(thread, sizeof *thread + index * sizeof(void *));
        if (!thread) abort();
        memset(thread->values + count, 0, (index - count) * sizeof(void *));
        thread->count = index;
        if (pthread_setspecific(key, thread)) abort();
    }
    if (!thread->values[index - 1]) thread->values[index - 1] = fresh(control);
    return thread->values[index - 1];
}
