/* SipHash-2-4 with 128 bits of result and a key of zeros (Aumasson and Bernstein 2012). */

#ifndef PQREUSE_SIPHASH_H
#define PQREUSE_SIPHASH_H

#include <stdint.h>
#include <string.h>

static inline uint64_t sip_turn(uint64_t value, int bits) {
    return value << bits | value >> (64 - bits);
}

static inline void sip_rounds(uint64_t state[4], int rounds) {
    uint64_t a = state[0], b = state[1], c = state[2], d = state[3];
    for (; rounds; rounds--) {
        a += b;
        c += d;
        b = sip_turn(b, 13) ^ a;
        d = sip_turn(d, 16) ^ c;
        a = sip_turn(a, 32) + d;
        c += b;
        d = sip_turn(d, 21) ^ a;
        b = sip_turn(b, 17) ^ c;
        c = sip_turn(c, 32);
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = d;
}

static inline void sip_take(uint64_t state[4], uint64_t eight) {
    state[3] ^= eight;
    sip_rounds(state, 2);
    state[0] ^= eight;
}

/* Words are read as the machine has them: equal texts have equal hashes on machines of one byte order. */
static inline void siphash(const uint8_t *text, int64_t length, uint64_t hash[2]) {
    uint64_t state[4] = {0x736f6d6570736575u, 0x646f72616e646f6du ^ 0xee, 0x6c7967656e657261u, 0x7465646279746573u};
    uint64_t eight, left = (uint64_t) length << 56;
    int64_t at;
    for (at = 0; length - at >= 8; at += 8) {
        memcpy(&eight, text + at, 8);
        sip_take(state, eight);
    }
    for (int place = 0; at < length; at++, place++)
        left |= (uint64_t) text[at] << 8 * place;
    sip_take(state, left);
    state[2] ^= 0xee;
    sip_rounds(state, 4);
    hash[0] = state[0] ^ state[1] ^ state[2] ^ state[3];
    state[1] ^= 0xdd;
    sip_rounds(state, 4);
    hash[1] = state[0] ^ state[1] ^ state[2] ^ state[3];
}

#endif
