// Quantised weights times a batch of inputs, the native twin of VectorMatMul.java: both as bytes, in blocks of 32 that
// share a scale, so that one instruction multiplies 64 of them. Q8_0 loses nothing by that; other types are rounded
// once more, which costs a small part of what their own rounding did; inputs are rounded as peers do.
#include "vectors.h"

enum { BLOCK = 32, WORDS = BLOCK / 4, TOGETHER = 8 };

// Sixteen rows of weights side by side, block after block.
struct weights {
  uint8_t bytes[WORDS][LANES][4]; // of each row four, made unsigned by adding 128
  float scales[LANES];
};

// Inputs of eight vectors, block after block.
struct inputs {
  int8_t bytes[TOGETHER][BLOCK];
  float scales[TOGETHER];
  int offsets[TOGETHER]; // what takes the 128 of the weights back
};

// Rounds a block to bytes and returns its scale: that of what is not a number is none.
INLINE float round32(const float *numbers, __m128i bytes[2]) {
  floats first = load(numbers), second = load(numbers + LANES);
  int isNumber = !_mm512_cmp_ps_mask(first, second, _CMP_UNORD_Q);
  float largest = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_abs_ps(first), _mm512_abs_ps(second)));
  floats inverse = all(largest > 0 ? 127 / largest : 0);
  bytes[0] = _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(_mm512_mul_ps(first, inverse)));
  bytes[1] = _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(_mm512_mul_ps(second, inverse)));
  return isNumber ? largest / 127 : NAN;
}

// Puts a block into row `row` of sixteen.
INLINE void put(__m256i bytes, float scale, struct weights *to, int row) {
  uint32_t words[WORDS];
  _mm256_storeu_si256((__m256i *)words, _mm256_xor_si256(bytes, _mm256_set1_epi8(-128)));
  EACH(word, WORDS) *(uint32_t *)to->bytes[word][row] = words[word];
  to->scales[row] = scale;
}

// Rounds `columns` weights, a multiple of 32, to row `row` of sixteen.
void h2eal_roundWeights(const float *numbers, int columns, struct weights *to, int row) {
  for (int at = 0; at < columns; at += BLOCK, to++) {
    __m128i bytes[2];
    float scale = round32(numbers + at, bytes);
    put(_mm256_set_m128i(bytes[1], bytes[0]), scale, to, row);
  }
}

// As `h2eal_roundWeights` with a row of Q8_0, whose blocks of an f16 scale and bytes need no rounding.
void h2eal_copyWeights(const char *blocks, int columns, struct weights *to, int row) {
  for (int at = 0; at < columns; at += BLOCK, to++, blocks += 2 + BLOCK)
    put(_mm256_loadu_si256((const void *)(blocks + 2)), _cvtsh_ss(*(const uint16_t *)blocks), to, row);
}

// Rounds a batch of vectors of `columns` numbers, eight by eight; those beyond the batch are 0.
void h2eal_roundInputs(const float *numbers, int columns, int batch, struct inputs *to) {
  for (int first = 0; first < batch; first += TOGETHER)
    for (int at = 0; at < columns; at += BLOCK, to++)
      for (int t = 0; t < TOGETHER; t++) {
        __m128i bytes[2] = {_mm_setzero_si128(), _mm_setzero_si128()}, sums = _mm_setzero_si128();
        to->scales[t] = first + t < batch ? round32(numbers + (long)(first + t) * columns + at, bytes) : 0;
        for (int k = 0; k < 2; k++) {
          _mm_storeu_si128((__m128i *)to->bytes[t] + k, bytes[k]);
          __m128i unsignedBytes = _mm_xor_si128(bytes[k], _mm_set1_epi8(-128));
          sums = _mm_add_epi32(sums, _mm_sad_epu8(unsignedBytes, _mm_setzero_si128()));
        }
        to->offsets[t] = -128 * (_mm_cvtsi128_si32(sums) + _mm_extract_epi32(sums, 2) - BLOCK * 128);
      }
}

// Sixteen rows times eight vectors.
INLINE void multiply(const struct weights *w, const struct inputs *x, int blocks, floats sums[TOGETHER]) {
  EACH(t, TOGETHER) sums[t] = all(0);
  for (int block = 0; block < blocks; block++, w++, x++) {
    ints words[WORDS];
    EACH(k, WORDS) words[k] = _mm512_loadu_si512(w->bytes[k]);
    floats scales = load(w->scales);
    EACH(t, TOGETHER) {
      ints products = _mm512_set1_epi32(x->offsets[t]);
      EACH(k, WORDS) products = dot(products, words[k], fourBytes(x->bytes[t] + 4 * k));
      sums[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(products), _mm512_mul_ps(scales, all(x->scales[t])), sums[t]);
    }
  }
}

// Multiplies `rows` rows, sixteen by sixteen, with a batch of inputs: y[t * stride + at + row].
void h2eal_multiply(const struct weights *w, int rows, const struct inputs *x, int columns, int batch, float *y,
                    int stride, int at) {
  int blocks = columns / BLOCK;
  y += at;
  for (int first = 0; first < batch; first += TOGETHER, x += blocks)
    for (int row = 0; row < rows; row += LANES) {
      floats sums[TOGETHER];
      multiply(w + (long)(row / LANES) * blocks, x, blocks, sums);
      __mmask16 some = lanes(rows - row);
      for (int t = 0; t < TOGETHER && first + t < batch; t++)
        _mm512_mask_storeu_ps(y + (long)(first + t) * stride + row, some, sums[t]);
    }
}
