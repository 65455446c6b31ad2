// What the native kernels share: vectors of 512 bits of x86-64 with dot products of bytes (AVX-512 VNNI).
#ifndef __AVX512VNNI__
#error native kernels need AVX-512 VNNI, which this CPU does not have
#endif
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

typedef __m512 floats;
typedef __m512i ints;

#define INLINE static inline __attribute__((always_inline))
// A loop that is unrolled before the compiler gives registers to what it indexes.
#define EACH(i, count) _Pragma("GCC unroll 16") for (int i = 0; i < count; i++)

enum { LANES = 16, LINE = 64 };

// Adds to each 32-bit lane the dot product of its four unsigned with its four signed bytes. GCC 12 copies every sum
// that it passes to the intrinsic of this.
INLINE ints dot(ints sums, ints unsignedBytes, ints signedBytes) {
  __asm__("vpdpbusd %2, %1, %0" : "+v"(sums) : "v"(unsignedBytes), "v"(signedBytes));
  return sums;
}

INLINE floats load(const float *at) { return _mm512_loadu_ps(at); }
INLINE void store(float *at, floats numbers) { _mm512_storeu_ps(at, numbers); }
INLINE floats all(float number) { return _mm512_set1_ps(number); }

// The four bytes at `at` in every lane.
INLINE ints fourBytes(const void *at) { return _mm512_set1_epi32(*(const int32_t *)at); }

INLINE void prefetch(const char *at) { _mm_prefetch(at, _MM_HINT_T0); }

// The first `count` lanes, at most all.
INLINE __mmask16 lanes(int count) { return count < LANES ? (1 << count) - 1 : -1; }

// The first `count` of 16 numbers, then zeros.
INLINE floats loadSome(const float *at, int count) { return _mm512_maskz_loadu_ps(lanes(count), at); }

// The digits of 16 numbers of 15 bits, 128 high + low, both signed and of 8 bits at most; `sums` take those of either.
INLINE void split(ints numbers, int8_t *high, int8_t *low, int sums[2]) {
  ints upper = _mm512_srai_epi32(_mm512_add_epi32(numbers, _mm512_set1_epi32(64)), 7);
  ints lower = _mm512_sub_epi32(numbers, _mm512_slli_epi32(upper, 7));
  _mm_storeu_si128((void *)high, _mm512_cvtepi32_epi8(upper));
  _mm_storeu_si128((void *)low, _mm512_cvtepi32_epi8(lower));
  sums[0] = _mm512_reduce_add_epi32(upper);
  sums[1] = _mm512_reduce_add_epi32(lower);
}

// The largest magnitude, which is not a number if any is not one or is infinite.
INLINE float largestOf(const float *numbers, int count) {
  floats largest = all(0), none = all(0);
  for (int i = 0; i < count; i += LANES) {
    floats some = loadSome(numbers + i, count - i);
    largest = _mm512_max_ps(largest, _mm512_abs_ps(some));
    none = _mm512_fmadd_ps(some, all(0), none);
  }
  return _mm512_reduce_max_ps(largest) + _mm512_reduce_add_ps(none);
}
