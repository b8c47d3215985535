/* Instructions to the compiler.

   CLONED: the function is compiled for several instruction sets, and the best that the machine has is chosen when the
   library is loaded. Where the compiler or the system cannot do that, or with PQREUSE_NO_CLONES, it is compiled once. All
   of them compute the same.
   PREFETCH: ask for memory that will be read soon.
   ROLLED: before a short loop, which gcc would unroll and then not see that vectors do it. */

#ifndef PQREUSE_COMPILER_H
#define PQREUSE_COMPILER_H

#include <stdint.h>

#if !defined(PQREUSE_NO_CLONES) && defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && \
    !defined(__clang__) && __GNUC__ >= 12 && !defined(__AVX2__)
#include <features.h>
#if defined(__GLIBC__)
#define CLONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#endif
#ifndef CLONED
#define CLONED
#endif

#if defined(__GNUC__) || defined(__clang__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif

/* Ask for the first of some bytes that will be read soon; of what follows the machine itself expects more. */
static inline void expect_bytes(const void *bytes, int64_t length) {
    for (int64_t at = 0; at < length && at < 512; at += 64) PREFETCH((const char *)bytes + at);
}

#if defined(__GNUC__) && !defined(__clang__)
#define ROLLED _Pragma("GCC unroll 1")
#else
#define ROLLED
#endif

#endif
