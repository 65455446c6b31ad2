// Products of one input vector with rows whose weights Java cannot multiply at the rate of memory: halves, and of
// interleaved rows (InterleavedRows.java) levels that nibbles stand for and weights of 2 bits. For the last two, inputs
// are rounded to 15 bits, in blocks of 256 that share a unit: digits of 8 and 7 bits, both signed.
#include "vectors.h"

enum { STREAMS = 2, STREAM_GROUPS = 3, GROUPS = STREAMS * STREAM_GROUPS, CHUNK = 256, AHEAD = 4 << 10 };

struct digits {
  int8_t high[CHUNK], low[CHUNK];
  int highSums[CHUNK / 16], lowSums[CHUNK / 16]; // of each sixteen
  int8_t sums[3][CHUNK / 16];                    // both together, in digits of 7 bits, the last first
  float unit;
  int padding[3];
};

// Rounds `columns` inputs; those that are missing from the last block are 0.
void h2eal_roundVector(const float *x, int columns, struct digits *to) {
  for (int at = 0; at < columns; at += CHUNK, to++) {
    int count = columns - at < CHUNK ? columns - at : CHUNK;
    float largest = largestOf(x + at, count);
    to->unit = largest / (127 * 128);
    float inverse = largest > 0 ? 127 * 128 / largest : 0;
    for (int i = 0; i < CHUNK; i += 16) {
      int sums[2];
      floats some = i < count ? loadSome(x + at + i, count - i) : all(0);
      split(_mm512_cvtps_epi32(_mm512_mul_ps(some, all(inverse))), to->high + i, to->low + i, sums);
      to->highSums[i / 16] = sums[0];
      to->lowSums[i / 16] = sums[1];
      int sum = sums[0] * 128 + sums[1];
      for (int digit = 0; digit < 3; digit++) {
        to->sums[digit][i / 16] = digit < 2 ? ((sum + 64) & 127) - 64 : sum;
        sum = (sum - to->sums[digit][i / 16]) / 128;
      }
    }
  }
}

INLINE ints line(const char *at) { return _mm512_loadu_si512(at); }

// Multiplies `count` rows of F16 with `x`, which is exact.
void h2eal_multiplyHalves(const char *rows, int columns, int count, const float *x, float *y, int at) {
  for (int row = 0; row < count; row++, rows += 2l * columns) {
    floats sums[4];
    EACH(j, 4) sums[j] = all(0);
    int i = 0;
    for (; i + 4 * LANES <= columns; i += 4 * LANES) {
      EACH(k, 2) prefetch(rows + 2 * i + AHEAD + k * LINE);
      EACH(j, 4) {
        floats numbers = _mm512_cvtph_ps(_mm256_loadu_si256((const void *)(rows + 2 * (i + j * LANES))));
        sums[j] = _mm512_fmadd_ps(numbers, load(x + i + j * LANES), sums[j]);
      }
    }
    for (; i < columns; i += LANES) {
      floats numbers = _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(lanes(columns - i), rows + 2 * i));
      sums[0] = _mm512_fmadd_ps(numbers, loadSome(x + i, columns - i), sums[0]);
    }
    y[at + row] = _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3])));
  }
}

// Sums of products with either digit, put together.
INLINE ints both(ints high, ints low) { return _mm512_add_epi32(_mm512_slli_epi32(high, 7), low); }

// Lines of `group` in its stream, of which each group has as many.
INLINE const char *linesOf(const char *at, long stream, int group, int count) {
  return at + group % STREAMS * stream + (long)(group / STREAMS) * count * LINE;
}

// Fetches as many lines of both streams further on as are read now.
INLINE void fetchAhead(const char *at, long stream, int count) {
  for (int from = 0; from < STREAMS; from++)
    for (int k = 0; k < STREAM_GROUPS * count; k++) prefetch(at + from * stream + AHEAD + k * LINE);
}

// 32 weights of sixteen rows: weight 4 k + i of a row at bit 8 i of line k, weight 4 k + i + 16 at bit 8 i + 4.
INLINE ints levels32(const char *at, ints table, const struct digits *x, int from) {
  const ints nibbles = _mm512_set1_epi8(15);
  ints high = _mm512_set1_epi32(-128 * (x->highSums[from / 16] + x->highSums[from / 16 + 1]));
  ints low = _mm512_set1_epi32(-128 * (x->lowSums[from / 16] + x->lowSums[from / 16 + 1]));
  EACH(k, 4) {
    ints packed = line(at + k * LINE);
    ints first = _mm512_shuffle_epi8(table, _mm512_and_si512(packed, nibbles));
    ints second = _mm512_shuffle_epi8(table, _mm512_and_si512(_mm512_srli_epi32(packed, 4), nibbles));
    high = dot(high, first, fourBytes(x->high + from + 4 * k));
    low = dot(low, first, fourBytes(x->low + from + 4 * k));
    high = dot(high, second, fourBytes(x->high + from + 16 + 4 * k));
    low = dot(low, second, fourBytes(x->low + from + 16 + 4 * k));
  }
  return both(high, low);
}

// Multiplies the six groups of the tile at `tile`, of levels: `table` has the sixteen, each plus 128. Lines are read in
// the order in which they lie, first the weights of a chunk, then its scales: read together, they came at two thirds of
// the rate of memory.
void h2eal_multiplyLevels(const char *tile, long stream, int columns, const struct digits *x, const uint8_t *table,
                          float *products) {
  ints levels = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)table));
  floats sums[GROUPS];
  EACH(group, GROUPS) sums[group] = all(0);
  for (int at = 0; at < columns; at += CHUNK, x++) {
    int blocks = (columns - at < CHUNK ? columns - at : CHUNK) / 32;
    ints ofBlocks[CHUNK / 32][GROUPS];
    for (int block = 0; block < blocks; block++, tile += STREAM_GROUPS * 4 * LINE) {
      fetchAhead(tile, stream, 4);
      EACH(from, STREAMS) EACH(place, STREAM_GROUPS) {
        int group = STREAMS * place + from;
        ofBlocks[block][group] = levels32(linesOf(tile, stream, group, 4), levels, x, 32 * block);
      }
    }
    fetchAhead(tile, stream, blocks);
    EACH(group, GROUPS) {
      const char *scales = linesOf(tile, stream, group, blocks);
      for (int block = 0; block < blocks; block++) {
        floats scale = _mm512_mul_ps(load((const float *)(scales + block * LINE)), all(x->unit));
        sums[group] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(ofBlocks[block][group]), scale, sums[group]);
      }
    }
    tile += STREAM_GROUPS * blocks * LINE;
  }
  EACH(group, GROUPS) store(products + group * LANES, sums[group]);
}

// Sixteen weights of 2 bits of sixteen rows, weight i of a row at bit 2 i.
INLINE ints twos16(ints packed, const struct digits *x, int from) {
  ints high = _mm512_setzero_si512(), low = high;
  EACH(field, 4) {
    ints numbers = _mm512_and_si512(_mm512_srli_epi32(packed, 2 * field), _mm512_set1_epi8(3));
    high = dot(high, numbers, fourBytes(x->high + from + 4 * field));
    low = dot(low, numbers, fourBytes(x->low + from + 4 * field));
  }
  return both(high, low);
}

INLINE floats half(ints bits) { return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(bits)); }

// What 256 weights of Q2_K of sixteen rows come to: `head` has four lines of scales and least weights, nibbles for four
// blocks of sixteen each, and one of f16 d and dMin.
INLINE floats scaled256(const ints *products, const char *head, const struct digits *x) {
  ints scaled = _mm512_setzero_si512(), least[3] = {scaled, scaled, scaled};
  EACH(k, 4) {
    ints pairs = line(head + k * LINE);
    ints offsets = _mm512_and_si512(_mm512_srli_epi32(pairs, 4), _mm512_set1_epi8(15));
    EACH(digit, 3) least[digit] = dot(least[digit], offsets, fourBytes(x->sums[digit] + 4 * k));
    EACH(i, 4) {
      ints scale = _mm512_and_si512(_mm512_srli_epi32(pairs, 8 * i), _mm512_set1_epi32(15));
      scaled = _mm512_add_epi32(scaled, _mm512_mullo_epi32(products[(4 * k + i) * GROUPS], scale));
    }
  }
  ints offset = both(both(least[2], least[1]), least[0]);
  ints factors = line(head + 4 * LINE);
  floats d = half(factors), dMin = half(_mm512_srli_epi32(factors, 16));
  floats sum = _mm512_fnmadd_ps(_mm512_cvtepi32_ps(offset), dMin, _mm512_mul_ps(_mm512_cvtepi32_ps(scaled), d));
  return _mm512_mul_ps(sum, all(x->unit));
}

// As `h2eal_multiplyLevels` with a tile of Q2_K. Of every sixteen inputs, those at places i, i + 4, i + 8 and i + 12
// have been brought together.
void h2eal_multiplyQ2k(const char *tile, long stream, int columns, const struct digits *x, float *products) {
  floats sums[GROUPS];
  EACH(group, GROUPS) sums[group] = all(0);
  for (int chunk = 0; chunk < columns / CHUNK; chunk++, x++) {
    ints ofBlocks[16 * GROUPS];
    for (int block = 0; block < 16; block++, tile += STREAM_GROUPS * LINE) {
      fetchAhead(tile, stream, 1);
      EACH(from, STREAMS) EACH(place, STREAM_GROUPS) {
        int group = STREAMS * place + from;
        ofBlocks[block * GROUPS + group] = twos16(line(linesOf(tile, stream, group, 1)), x, 16 * block);
      }
    }
    fetchAhead(tile, stream, 5);
    EACH(group, GROUPS) {
      floats sum = scaled256(ofBlocks + group, linesOf(tile, stream, group, 5), x);
      sums[group] = _mm512_add_ps(sums[group], sum);
    }
    tile += STREAM_GROUPS * 5 * LINE;
  }
  EACH(group, GROUPS) store(products + group * LANES, sums[group]);
}
