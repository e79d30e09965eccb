/* SHA-256 applied to its own 32-byte result, over and over: the work of a draw.
 *
 * Optional. app/draws/hash_chain.py uses it where a compiler is at hand, compares it with hashlib once, and does
 * without it otherwise. It exists so that honest draws run as fast as an attacker's.
 *
 * Message words are kept as numbers between the steps: the eight words that come out are the first eight that go in,
 * and the padding of a 32-byte message (0x80, zeros, length 256 bits) never changes.
 */
#include <stdint.h>
#include <string.h>

static const uint32_t K[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
static const uint32_t START[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

#define ROTATE(x, n) (((x) >> (n)) | ((x) << (32 - (n))))

#define WORD(i)                                                                                                  \
    (w[(i) & 15] += w[((i) + 9) & 15] +                                                                          \
                    (ROTATE(w[((i) + 1) & 15], 7) ^ ROTATE(w[((i) + 1) & 15], 18) ^ (w[((i) + 1) & 15] >> 3)) +  \
                    (ROTATE(w[((i) + 14) & 15], 17) ^ ROTATE(w[((i) + 14) & 15], 19) ^ (w[((i) + 14) & 15] >> 10)))
#define ROUND(a, b, c, d, e, f, g, h, i, word)                                                              \
    h += (ROTATE(e, 6) ^ ROTATE(e, 11) ^ ROTATE(e, 25)) + (g ^ (e & (f ^ g))) + K[i] + (word);              \
    d += h;                                                                                                 \
    h += (ROTATE(a, 2) ^ ROTATE(a, 13) ^ ROTATE(a, 22)) + ((a & b) | (c & (a | b)));
#define EIGHT_ROUNDS(i, W)                                                                                  \
    ROUND(a, b, c, d, e, f, g, h, (i), W((i))) ROUND(h, a, b, c, d, e, f, g, (i) + 1, W((i) + 1))           \
    ROUND(g, h, a, b, c, d, e, f, (i) + 2, W((i) + 2)) ROUND(f, g, h, a, b, c, d, e, (i) + 3, W((i) + 3))   \
    ROUND(e, f, g, h, a, b, c, d, (i) + 4, W((i) + 4)) ROUND(d, e, f, g, h, a, b, c, (i) + 5, W((i) + 5))   \
    ROUND(c, d, e, f, g, h, a, b, (i) + 6, W((i) + 6)) ROUND(b, c, d, e, f, g, h, a, (i) + 7, W((i) + 7))
#define FIRST_WORD(i) w[i]

static void portable(uint32_t words[8], uint64_t steps) {
    while (steps--) {
        uint32_t w[16] = {0};
        uint32_t a = START[0], b = START[1], c = START[2], d = START[3];
        uint32_t e = START[4], f = START[5], g = START[6], h = START[7];
        memcpy(w, words, 32);
        w[8] = 0x80000000;
        w[15] = 256;
        EIGHT_ROUNDS(0, FIRST_WORD) EIGHT_ROUNDS(8, FIRST_WORD)
        EIGHT_ROUNDS(16, WORD) EIGHT_ROUNDS(24, WORD) EIGHT_ROUNDS(32, WORD)
        EIGHT_ROUNDS(40, WORD) EIGHT_ROUNDS(48, WORD) EIGHT_ROUNDS(56, WORD)
        const uint32_t end[8] = {a, b, c, d, e, f, g, h};
        for (int i = 0; i < 8; i++) words[i] = START[i] + end[i];
    }
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

static int has_sha(void) {
    unsigned a, b, c, d, b7;
    if (!__get_cpuid_count(7, 0, &a, &b7, &c, &d) || !__get_cpuid(1, &a, &b, &c, &d)) return 0;
    return (b7 >> 29 & 1) && (c >> 19 & 1) && (c >> 9 & 1); /* SHA, SSE4.1, SSSE3 */
}

#define FOUR_ROUNDS(i, w)                                             \
    k = _mm_add_epi32(w, _mm_load_si128((const __m128i *)(K + 4 * (i)))); \
    cdgh = _mm_sha256rnds2_epu32(cdgh, abef, k);                      \
    abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(k, 0x0e));
#define NEXT_WORDS(a, b, c, d) \
    a = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(a, b), _mm_alignr_epi8(d, c, 4)), d);
#define SIXTEEN_ROUNDS(i)                                   \
    NEXT_WORDS(w0, w1, w2, w3) FOUR_ROUNDS(i, w0)           \
    NEXT_WORDS(w1, w2, w3, w0) FOUR_ROUNDS((i) + 1, w1)     \
    NEXT_WORDS(w2, w3, w0, w1) FOUR_ROUNDS((i) + 2, w2)     \
    NEXT_WORDS(w3, w0, w1, w2) FOUR_ROUNDS((i) + 3, w3)

__attribute__((target("sha,sse4.1,ssse3"))) static void accelerated(uint32_t words[8], uint64_t steps) {
    const __m128i abef0 = _mm_set_epi32((int)START[0], (int)START[1], (int)START[4], (int)START[5]);
    const __m128i cdgh0 = _mm_set_epi32((int)START[2], (int)START[3], (int)START[6], (int)START[7]);
    __m128i w0 = _mm_loadu_si128((const __m128i *)words), w1 = _mm_loadu_si128((const __m128i *)(words + 4));
    while (steps--) {
        __m128i abef = abef0, cdgh = cdgh0, k;
        __m128i w2 = _mm_set_epi32(0, 0, 0, (int)0x80000000), w3 = _mm_set_epi32(256, 0, 0, 0);
        FOUR_ROUNDS(0, w0) FOUR_ROUNDS(1, w1) FOUR_ROUNDS(2, w2) FOUR_ROUNDS(3, w3)
        SIXTEEN_ROUNDS(4) SIXTEEN_ROUNDS(8) SIXTEEN_ROUNDS(12)
        abef = _mm_shuffle_epi32(_mm_add_epi32(abef, abef0), 0x1b); /* lanes f e b a become a b e f */
        cdgh = _mm_shuffle_epi32(_mm_add_epi32(cdgh, cdgh0), 0x1b);
        w0 = _mm_unpacklo_epi64(abef, cdgh);
        w1 = _mm_unpackhi_epi64(abef, cdgh);
    }
    _mm_storeu_si128((__m128i *)words, w0);
    _mm_storeu_si128((__m128i *)(words + 4), w1);
}
#endif

/* kind 0: the fastest this machine has; kind 1: portable, for comparison. */
void sha256_chain(uint8_t state[32], uint64_t steps, int kind) {
    uint32_t words[8];
    for (int i = 0; i < 8; i++)
        words[i] = (uint32_t)state[4 * i] << 24 | (uint32_t)state[4 * i + 1] << 16 | (uint32_t)state[4 * i + 2] << 8 |
                   state[4 * i + 3];
#if defined(__x86_64__)
    if (kind == 0 && has_sha())
        accelerated(words, steps);
    else
#endif
        portable(words, steps);
    for (int i = 0; i < 32; i++) state[i] = (uint8_t)(words[i / 4] >> (24 - 8 * (i % 4)));
    (void)kind;
}
