#include "digest.h"

#include <stdbool.h>
#include <string.h>

/* The constants of FIPS 180-4 are the first bits of the fractions of square and cube roots of the
 * first primes; they are written out in digest_constants.h. */
#include "digest_constants.h"

static uint32_t left32(uint32_t value, unsigned count) { return (value << count) | (value >> (32 - count)); }
static uint32_t right32(uint32_t value, unsigned count) { return (value >> count) | (value << (32 - count)); }
static uint64_t right64(uint64_t value, unsigned count) { return (value >> count) | (value << (64 - count)); }

static uint32_t big32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void md5_block(uint32_t state[8], const unsigned char *block)
{
    static const unsigned char turns[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    uint32_t words[16];
    for (size_t i = 0; i < 16; i++)
        words[i] = (uint32_t)block[4 * i + 3] << 24 | (uint32_t)block[4 * i + 2] << 16 |
                   (uint32_t)block[4 * i + 1] << 8 | block[4 * i];
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    for (unsigned i = 0; i < 64; i++) {
        uint32_t mixed;
        unsigned word;
        switch (i / 16) {
        case 0: mixed = (b & c) | (~b & d); word = i; break;
        case 1: mixed = (d & b) | (~d & c); word = (5 * i + 1) % 16; break;
        case 2: mixed = b ^ c ^ d; word = (3 * i + 5) % 16; break;
        default: mixed = c ^ (b | ~d); word = (7 * i) % 16; break;
        }
        uint32_t next = b + left32(a + mixed + md5_sines[i] + words[word], turns[i / 16][i % 4]);
        a = d; d = c; c = b; b = next;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
}

static void sha1_block(uint32_t state[8], const unsigned char *block)
{
    uint32_t words[80];
    for (size_t i = 0; i < 16; i++)
        words[i] = big32(block + 4 * i);
    for (size_t i = 16; i < 80; i++)
        words[i] = left32(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (size_t i = 0; i < 80; i++) {
        uint32_t mixed = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999u
                         : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1u
                         : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdcu
                                  : (b ^ c ^ d) + 0xca62c1d6u;
        uint32_t next = left32(a, 5) + mixed + e + words[i];
        e = d; d = c; c = left32(b, 30); b = a; a = next;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e;
}

static void sha256_block(uint32_t state[8], const unsigned char *block)
{
    uint32_t words[64], v[8];
    for (size_t i = 0; i < 16; i++)
        words[i] = big32(block + 4 * i);
    for (size_t i = 16; i < 64; i++) {
        uint32_t s0 = right32(words[i - 15], 7) ^ right32(words[i - 15], 18) ^ (words[i - 15] >> 3);
        uint32_t s1 = right32(words[i - 2], 17) ^ right32(words[i - 2], 19) ^ (words[i - 2] >> 10);
        words[i] = words[i - 16] + s0 + words[i - 7] + s1;
    }
    memcpy(v, state, sizeof v);
    for (size_t i = 0; i < 64; i++) {
        uint32_t s1 = right32(v[4], 6) ^ right32(v[4], 11) ^ right32(v[4], 25);
        uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + sha256_roots[i] + words[i];
        uint32_t s0 = right32(v[0], 2) ^ right32(v[0], 13) ^ right32(v[0], 22);
        uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (size_t i = 0; i < 8; i++)
        state[i] += v[i];
}

static void sha512_block(uint64_t state[8], const unsigned char *block)
{
    uint64_t words[80], v[8];
    for (size_t i = 0; i < 16; i++)
        words[i] = (uint64_t)big32(block + 8 * i) << 32 | big32(block + 8 * i + 4);
    for (size_t i = 16; i < 80; i++) {
        uint64_t s0 = right64(words[i - 15], 1) ^ right64(words[i - 15], 8) ^ (words[i - 15] >> 7);
        uint64_t s1 = right64(words[i - 2], 19) ^ right64(words[i - 2], 61) ^ (words[i - 2] >> 6);
        words[i] = words[i - 16] + s0 + words[i - 7] + s1;
    }
    memcpy(v, state, sizeof v);
    for (size_t i = 0; i < 80; i++) {
        uint64_t s1 = right64(v[4], 14) ^ right64(v[4], 18) ^ right64(v[4], 41);
        uint64_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + sha512_roots[i] + words[i];
        uint64_t s0 = right64(v[0], 28) ^ right64(v[0], 34) ^ right64(v[0], 39);
        uint64_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (size_t i = 0; i < 8; i++)
        state[i] += v[i];
}

struct algorithm {
    const char *name;
    size_t output, block;
    bool little;
    void (*narrow)(uint32_t state[8], const unsigned char *block);
    uint64_t initial[8];
};

static const struct algorithm algorithms[] = {
    {"md5", 16, 64, true, md5_block, {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}},
    {"sha1", 20, 64, false, sha1_block, {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}},
    {"sha224", 28, 64, false, sha256_block, SHA224_INITIAL},
    {"sha256", 32, 64, false, sha256_block, SHA256_INITIAL},
    {"sha384", 48, 128, false, NULL, SHA384_INITIAL},
    {"sha512", 64, 128, false, NULL, SHA512_INITIAL},
};

static void absorb(const struct algorithm *algorithm, uint32_t narrow[8], uint64_t wide[8],
                   const unsigned char *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (algorithm->narrow)
            algorithm->narrow(narrow, blocks + i * algorithm->block);
        else
            sha512_block(wide, blocks + i * algorithm->block);
    }
}

size_t digest_compute(const char *name, struct zygote_bytes bytes, unsigned char out[DIGEST_MAXIMUM])
{
    const struct algorithm *algorithm = NULL;
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (strcmp(name, algorithms[i].name) == 0)
            algorithm = &algorithms[i];
    if (!algorithm)
        return 0;

    uint32_t narrow[8];
    uint64_t wide[8];
    for (size_t i = 0; i < 8; i++) {
        narrow[i] = (uint32_t)algorithm->initial[i];
        wide[i] = algorithm->initial[i];
    }
    size_t whole = bytes.length / algorithm->block, rest = bytes.length % algorithm->block;
    absorb(algorithm, narrow, wide, bytes.start, whole);

    unsigned char last[256] = {0};
    if (rest)
        memcpy(last, bytes.start + whole * algorithm->block, rest);
    last[rest] = 0x80;
    size_t blocks = rest + 1 + algorithm->block / 8 > algorithm->block ? 2 : 1;
    uint64_t bits = (uint64_t)bytes.length * 8;
    for (size_t i = 0; i < 8; i++) {
        size_t place = algorithm->little ? blocks * algorithm->block - 8 + i : blocks * algorithm->block - 1 - i;
        last[place] = (unsigned char)(bits >> (8 * i));
    }
    absorb(algorithm, narrow, wide, last, blocks);

    for (size_t i = 0; i < algorithm->output; i++) {
        if (!algorithm->narrow)
            out[i] = (unsigned char)(wide[i / 8] >> (56 - 8 * (i % 8)));
        else
            out[i] = (unsigned char)(narrow[i / 4] >> (algorithm->little ? 8 * (i % 4) : 24 - 8 * (i % 4)));
    }
    return algorithm->output;
}
