/* NumPy's arrays beyond a limit in files without a name, which the system writes out when memory is short (NEP 49). */
#ifndef PQREUSE_SPILL_H
#define PQREUSE_SPILL_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__unix__) || defined(__APPLE__)
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>
#define CAN_SPILL 1

/* Smaller arrays stay in memory and are not counted: a file for each would cost more than it saves. */
#define LEAST_COUNTED ((size_t)1 << 20)

typedef struct block {
    char *start;
    size_t size;
    int in_file;
    struct block *next;
} block;

/* What all arrays under one limit share, whichever thread makes or frees them. Few are large: a list will do. */
typedef struct {
    pthread_mutex_t lock;
    block *blocks;
    size_t in_memory, limit;
    char *pattern; /* of the files' names, ending in XXXXXX */
} spill;

static void *map_file(const spill *self, size_t size) {
    void *start = MAP_FAILED;
    char *name = strdup(self->pattern);
    int file = name == NULL ? -1 : mkstemp(name);
    if (file >= 0) {
        unlink(name);
        /* All of it at once where that can be: a full disk is then an error here, and no signal in the midst of a loop. */
#ifdef __APPLE__
        int failed = ftruncate(file, (off_t)size);
#else
        int failed;
        do failed = posix_fallocate(file, 0, (off_t)size);
        while (failed == EINTR); /* Python hears of the signal later */
#endif
        if (!failed) start = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        close(file);
    }
    free(name);
    return start == MAP_FAILED ? NULL : start;
}

/* Where the list points at the block that begins here; at nothing where there is none. */
static block **find_block(spill *self, void *start) {
    block **at = &self->blocks;
    while (*at != NULL && (*at)->start != (char *)start) at = &(*at)->next;
    return at;
}

static void *take_block(spill *self, size_t size) {
    block *one = malloc(sizeof *one);
    if (one == NULL) return NULL;
    one->size = size;
    one->in_file = size > self->limit || self->in_memory > self->limit - size;
    one->start = one->in_file ? map_file(self, size) : malloc(size);
    if (one->start == NULL) {
        free(one);
        return NULL;
    }
    if (!one->in_file) self->in_memory += size;
    one->next = self->blocks, self->blocks = one;
    return one->start;
}

static void free_block(spill *self, block **at) {
    block *one = *at;
    *at = one->next;
    if (one->in_file) munmap(one->start, one->size);
    else self->in_memory -= one->size, free(one->start);
    free(one);
}

static void *spill_malloc(void *ctx, size_t size) {
    void *start;
    spill *self = ctx;
    if (size < LEAST_COUNTED) return malloc(size ? size : 1);
    pthread_mutex_lock(&self->lock);
    start = take_block(self, size);
    pthread_mutex_unlock(&self->lock);
    return start;
}

static void *spill_calloc(void *ctx, size_t count, size_t each) {
    void *start;
    if (each && count > SIZE_MAX / each) return NULL;
    start = spill_malloc(ctx, count * each);
    if (start != NULL) memset(start, 0, count * each);
    return start;
}

static void spill_free(void *ctx, void *start, size_t size) {
    spill *self = ctx;
    (void)size;
    pthread_mutex_lock(&self->lock);
    block **at = find_block(self, start);
    if (*at != NULL) free_block(self, at);
    else free(start);
    pthread_mutex_unlock(&self->lock);
}

static void *spill_realloc(void *ctx, void *start, size_t size) {
    void *moved = NULL;
    spill *self = ctx;
    if (start == NULL) return spill_malloc(ctx, size);
    pthread_mutex_lock(&self->lock);
    block *old = *find_block(self, start);
    if (old == NULL && size < LEAST_COUNTED) {
        moved = realloc(start, size ? size : 1);
    } else if (old != NULL && size >= LEAST_COUNTED && size <= old->size) {
        /* Shorter: what is behind the end goes back to the system, page by page. */
        if (old->in_file) {
            size_t page = (size_t)sysconf(_SC_PAGESIZE), kept = (size + page - 1) / page * page;
            if (kept < old->size) munmap(old->start + kept, old->size - kept);
            moved = start;
        } else if ((moved = realloc(start, size)) != NULL) {
            self->in_memory -= old->size - size;
            old->start = moved;
        }
        if (moved != NULL) old->size = size;
    } else if ((moved = size < LEAST_COUNTED ? malloc(size ? size : 1) : take_block(self, size)) != NULL) {
        size_t known = old == NULL ? LEAST_COUNTED : old->size;
        if (old == NULL) {
            /* A small one grows: how small is not known, so that it grows where it is before it is copied. */
            void *grown = realloc(start, LEAST_COUNTED);
            if (grown == NULL) {
                free_block(self, find_block(self, moved));
                moved = NULL;
            } else {
                memcpy(moved, grown, size < known ? size : known);
                free(grown);
            }
        } else {
            memcpy(moved, start, size < known ? size : known);
            free_block(self, find_block(self, start));
        }
    }
    pthread_mutex_unlock(&self->lock);
    return moved;
}

/* NULL where there is no memory for it. */
static spill *new_spill(size_t limit, const char *pattern) {
    spill *self = malloc(sizeof *self);
    if (self == NULL) return NULL;
    self->blocks = NULL, self->in_memory = 0, self->limit = limit, self->pattern = strdup(pattern);
    if (self->pattern == NULL || pthread_mutex_init(&self->lock, NULL)) {
        free(self->pattern);
        free(self);
        return NULL;
    }
    return self;
}

/* Only when no array is left. */
static void free_spill(spill *self) {
    pthread_mutex_destroy(&self->lock);
    free(self->pattern);
    free(self);
}

#else
#define CAN_SPILL 0
typedef struct { int none; } spill;
static void *spill_malloc(void *ctx, size_t size) { return (void)ctx, (void)size, NULL; }
static void *spill_calloc(void *ctx, size_t count, size_t each) { return (void)ctx, (void)count, (void)each, NULL; }
static void *spill_realloc(void *ctx, void *start, size_t size) { return (void)ctx, (void)start, (void)size, NULL; }
static void spill_free(void *ctx, void *start, size_t size) { (void)ctx, (void)start, (void)size; }
static spill *new_spill(size_t limit, const char *pattern) { return (void)limit, (void)pattern, NULL; }
static void free_spill(spill *self) { (void)self; }
#endif
#endif
