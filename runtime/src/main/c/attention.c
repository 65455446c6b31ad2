// Attention of query rows to pages of one KV head, the native twin of VectorPageKernels.java: see PageLayout.java for
// where numbers lie, QueryRows.java for what a row gathers. As there, rows are taken four at a time; here what comes
// next is prefetched on the way, and pages of bytes are multiplied as bytes.
#include "vectors.h"
#include <string.h>

enum type { F32, F16, BF16, Q8, Q4 };
// The sums of few rows, those of a decode step, are copied; those of a prompt are many, and would fill the stack.
enum { STRIP = 64, TOGETHER = 4, FEW = 16 };

// What stays the same for all pages that some rows attend to.
struct shape {
  int type, headSize, pageTokens, keyStride, valueStride;
  float scoreCap, weightFactor;
  int keyScalesAt, valuesAt, valueScalesAt;
};

// The rows in hand.
struct rows {
  const float *queries; // [row][headSize]
  const char *rounded;  // [row]: see struct rounded
  float *max;           // [row]
  float *sums;          // [row][LANES]
  float *out;           // [row][valueStride], of few rows a copy in which no vector straddles cache lines
};

// Queries or weights in 15 or 16 bits, as two rows of bytes each: that of the high digits, then that of the low ones.
struct rounded {
  float unit;    // what the low digits count
  int offset[2]; // what is added to the sums of products with either digit
  int padding;
  int8_t digits[];
};

// What is prefetched meanwhile: from `at` up to `end`.
struct ahead {
  const char *at, *end;
};

INLINE void fetch(struct ahead *ahead, int lines) {
  if (ahead->at < ahead->end) EACH(i, lines) prefetch(ahead->at + i * LINE);
  ahead->at += lines * LINE;
}

INLINE void fetchRest(struct ahead *ahead) {
  while (ahead->at < ahead->end) fetch(ahead, 1);
}

// Bytes from the high digits of so many numbers to the low ones: whole vectors.
INLINE int lowAt(int numbers) { return (numbers + LANES - 1) / LANES * LANES; }

INLINE long roundedBytes(int numbers) { return sizeof(struct rounded) + 2l * lowAt(numbers); }

// Rounds the queries of one row to 15 bits, digits of 8 and 7 bits, both signed. Keys will be made unsigned by adding
// 128, which the offsets take back.
void h2eal_round(const struct shape *s, const float *query, struct rounded *target) {
  int8_t *high = target->digits, *low = high + lowAt(s->headSize);
  float largest = largestOf(query, s->headSize);
  target->unit = largest / (127 * 128);
  int sums[2] = {0, 0};
  floats inverse = all(largest > 0 ? 127 * 128 / largest : 0);
  for (int i = 0; i < s->headSize; i += LANES) {
    int some[2];
    floats scaled = _mm512_mul_ps(loadSome(query + i, s->headSize - i), inverse);
    split(_mm512_cvtps_epi32(scaled), high + i, low + i, some);
    for (int digit = 0; digit < 2; digit++) sums[digit] += some[digit];
  }
  for (int digit = 0; digit < 2; digit++) target->offset[digit] = -128 * sums[digit];
}

// ---- products with matrices of floats and halves: sums[row][column] += factors[row][i] * matrix[i][column]

// Vectors of a strip's row, `vectors` of them: those of halves hold two numbers in each lane.
INLINE void row(enum type type, const char *at, int vectors, floats n[4]) {
  if (type == F32) {
    EACH(j, vectors) n[j] = load((const float *)at + j * LANES);
  } else {
    ints mask = _mm512_set1_epi32(type == F16 ? (int)0x8FFFE000 : (int)0xFFFF0000);
    int shift = type == F16 ? 3 : 0;
    EACH(j, vectors / 2) {
      ints pairs = _mm512_loadu_si512(at + j * LINE);
      ints first = _mm512_and_si512(_mm512_srai_epi32(_mm512_slli_epi32(pairs, 16), shift), mask);
      n[2 * j] = _mm512_castsi512_ps(first);
      n[2 * j + 1] = _mm512_castsi512_ps(_mm512_and_si512(_mm512_srai_epi32(pairs, shift), mask));
    }
  }
}

// One strip of `vectors` vectors of the matrix, rows `from` to `to`.
INLINE void addStrip(enum type type, int queries, int vectors, const char *strip, struct ahead *ahead, int from, int to,
                     const float *factors, int factorStride, float *sums, int width) {
  int bytes = vectors * LANES * (type == F32 ? 4 : 2);
  floats s[TOGETHER][4];
  EACH(q, queries) EACH(j, vectors) s[q][j] = load(sums + q * width + j * LANES);
  for (int i = from; i < to; i++) {
    floats n[4];
    fetch(ahead, bytes / LINE);
    row(type, strip + i * bytes, vectors, n);
    EACH(q, queries) {
      floats factor = all(factors[q * factorStride + i]);
      EACH(j, vectors) s[q][j] = _mm512_fmadd_ps(factor, n[j], s[q][j]);
    }
  }
  EACH(q, queries) EACH(j, vectors) store(sums + q * width + j * LANES, s[q][j]);
}

INLINE void add(enum type type, int queries, const char *matrix, struct ahead *ahead, int rows, int from, int to,
                const float *factors, int factorStride, float *sums, int width) {
  int column = 0;
  long at = 0;
  for (; column + STRIP <= width; column += STRIP, at += (long)rows * STRIP * (type == F32 ? 4 : 2))
    addStrip(type, queries, 4, matrix + at, ahead, from, to, factors, factorStride, sums + column, width);
  if (column < width)
    addStrip(type, queries, 2, matrix + at, ahead, from, to, factors, factorStride, sums + column, width);
}

// ---- products with matrices of bytes, four rows of the matrix at once

// Columns 16 L + 8 half + 4 j + c of `count` rows, at most four, in lane 4 L + c of vector j, a byte of each row.
INLINE void fourRows(const char *at, int width, int count, int half, ints n[2]) {
  ints rows[4];
  EACH(k, 4) {
    const char *row = at + (k < count ? k : 0) * width; // a row too many meets digits that are 0
    rows[k] = width == STRIP ? _mm512_loadu_si512(row) : _mm512_castsi256_si512(_mm256_loadu_si256((const void *)row));
  }
  ints first = half ? _mm512_unpackhi_epi8(rows[0], rows[1]) : _mm512_unpacklo_epi8(rows[0], rows[1]);
  ints second = half ? _mm512_unpackhi_epi8(rows[2], rows[3]) : _mm512_unpacklo_epi8(rows[2], rows[3]);
  n[0] = _mm512_unpacklo_epi16(first, second);
  n[1] = _mm512_unpackhi_epi16(first, second);
}

// Brings what `fourRows` leaves into the order of columns.
INLINE void order(floats s[4]) {
  floats a = _mm512_shuffle_f32x4(s[0], s[1], 0x88), b = _mm512_shuffle_f32x4(s[0], s[1], 0xdd);
  floats c = _mm512_shuffle_f32x4(s[2], s[3], 0x88), d = _mm512_shuffle_f32x4(s[2], s[3], 0xdd);
  s[0] = _mm512_shuffle_f32x4(a, c, 0x88);
  s[1] = _mm512_shuffle_f32x4(b, d, 0x88);
  s[2] = _mm512_shuffle_f32x4(a, c, 0xdd);
  s[3] = _mm512_shuffle_f32x4(b, d, 0xdd);
}

// Adds the products of four rows, from row `i` on, with both digits of their factors.
INLINE void addFourRows(int areSigned, int queries, const ints n[2], const int8_t *const high[TOGETHER], int low,
                        int i, ints s[2][TOGETHER][2]) {
  EACH(q, queries) EACH(digit, 2) {
    ints factor = fourBytes(high[q] + digit * low + i);
    EACH(j, 2) s[digit][q][j] = areSigned ? dot(s[digit][q][j], n[j], factor) : dot(s[digit][q][j], factor, n[j]);
  }
}

// Sums of products of a strip with `factors`: signed ones (queries, with the strip made unsigned) or unsigned ones
// (weights).
INLINE void multiplyBytes(int areSigned, int queries, int width, const char *strip, struct ahead *ahead, int rows,
                          int from, int to, const struct rounded *const factors[TOGETHER],
                          floats products[TOGETHER][4]) {
  int low = lowAt(rows);
  const int8_t *high[TOGETHER];
  EACH(q, queries) high[q] = factors[q]->digits;
  EACH(half, 2) {
    ints s[2][TOGETHER][2], n[2];
    EACH(q, queries) EACH(digit, 2) EACH(j, 2) s[digit][q][j] = _mm512_set1_epi32(factors[q]->offset[digit]);
    int i = from / 4 * 4;
    for (; i + 4 <= rows && i < to; i += 4) {
      fourRows(strip + i * width, width, 4, half, n);
      fetch(ahead, 2);
      if (areSigned) EACH(j, 2) n[j] = _mm512_xor_si512(n[j], _mm512_set1_epi8(-128));
      addFourRows(areSigned, queries, n, high, low, i, s);
    }
    if (i < to) {
      fourRows(strip + i * width, width, rows - i, half, n);
      if (areSigned) EACH(j, 2) n[j] = _mm512_xor_si512(n[j], _mm512_set1_epi8(-128));
      addFourRows(areSigned, queries, n, high, low, i, s);
    }
    EACH(q, queries) EACH(j, 2) {
      floats high = _mm512_cvtepi32_ps(s[0][q][j]), both = _mm512_cvtepi32_ps(s[1][q][j]);
      products[q][2 * half + j] = _mm512_mul_ps(
          _mm512_fmadd_ps(high, all(areSigned ? 128 : 256), both), all(factors[q]->unit));
    }
  }
  EACH(q, queries) order(products[q]);
}

INLINE void addBytesOfStrip(int areSigned, int queries, int width, const char *strip, struct ahead *ahead, int rows,
                            int from, int to, const struct rounded *const factors[TOGETHER], float *sums, int stride) {
  floats products[TOGETHER][4];
  multiplyBytes(areSigned, queries, width, strip, ahead, rows, from, to, factors, products);
  EACH(j, width / LANES) EACH(q, queries) {
    float *target = sums + q * stride + j * LANES;
    store(target, areSigned ? products[q][j] : _mm512_add_ps(load(target), products[q][j]));
  }
}

INLINE void addBytes(int areSigned, int queries, const char *matrix, struct ahead *ahead, int rows, int from, int to,
                     const struct rounded *const factors[TOGETHER], float *sums, int width) {
  int column = 0;
  long at = 0;
  for (; column + STRIP <= width; column += STRIP, at += (long)rows * STRIP)
    addBytesOfStrip(
        areSigned, queries, STRIP, matrix + at, ahead, rows, from, to, factors, sums + column, width);
  if (column < width)
    addBytesOfStrip(
        areSigned, queries, STRIP / 2, matrix + at, ahead, rows, from, to, factors, sums + column, width);
}

// ---- online softmax

// e^x for x below 88, 2^-100 at least: see VectorMath.java.
INLINE floats power(floats x) {
  const float c[] = {1.3333558e-3f, 9.6181291e-3f, 5.5504109e-2f, 2.4022651e-1f, 6.9314718e-1f, 1};
  floats p = _mm512_max_ps(_mm512_mul_ps(x, all(1.442695041f)), all(-100));
  floats rounded = _mm512_roundscale_ps(p, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  floats f = _mm512_sub_ps(p, rounded), y = all(1.5403530e-4f);
  EACH(i, 6) y = _mm512_fmadd_ps(y, f, all(c[i]));
  return _mm512_scalef_ps(y, rounded);
}

static void shrink(float *numbers, int count, float factor) {
  for (int i = 0; i < count; i += LANES) store(numbers + i, _mm512_mul_ps(load(numbers + i), all(factor)));
}

// cap * tanh(score / cap)
INLINE floats bend(floats scores, float cap) {
  floats e = power(_mm512_min_ps(_mm512_mul_ps(scores, all(2 / cap)), all(80)));
  return _mm512_sub_ps(all(cap), _mm512_div_ps(all(2 * cap), _mm512_add_ps(e, all(1))));
}

// Those of 16 slots from `slot` on that are not in `from..to`.
INLINE __mmask16 outside(int slot, int from, int to) {
  ints slots = _mm512_add_epi32(
      _mm512_set1_epi32(slot), _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  return _mm512_cmplt_epi32_mask(slots, _mm512_set1_epi32(from))
      | _mm512_cmpge_epi32_mask(slots, _mm512_set1_epi32(to));
}

// Makes the largest score of a row, `top`, its reference if it lies far above the one it has.
INLINE void refer(const struct shape *s, floats top, float *max, float *sums, float *out) {
  const float headroom = 8; // QueryRows.HEADROOM
  if (_mm512_cmp_ps_mask(top, all(*max + headroom), _CMP_GT_OQ)) {
    float before = *max;
    *max = fmaxf(before, _mm512_reduce_max_ps(top));
    shrink(sums, LANES, expf(before - *max));
    shrink(out, s->valueStride, expf(before - *max));
  }
}

// Turns scores into weights, `[query][keyStride]`; those of slots outside `from..to` count 2^-100. Scores of bytes are
// times `keyScales`, weights times `valueScales`.
INLINE void weigh(enum type type, int queries, const struct shape *s, int from, int to, const float *keyScales,
                  const float *valueScales, struct ahead *ahead, float *weights, float *max, float *sums, float *out,
                  floats largest[TOGETHER]) {
  int stride = s->keyStride;
  floats top[TOGETHER], sum[TOGETHER];
  EACH(q, queries) top[q] = all(-INFINITY);
  for (int i = 0; i < stride; i += LANES) {
    fetch(ahead, 2);
    __mmask16 none = outside(i, from, to);
    EACH(q, queries) {
      floats scores = load(weights + q * stride + i);
      if (type == Q8) scores = _mm512_mul_ps(scores, load(keyScales + i));
      if (s->scoreCap > 0) scores = bend(scores, s->scoreCap);
      scores = _mm512_mask_mov_ps(scores, none, all(-INFINITY));
      store(weights + q * stride + i, scores);
      top[q] = _mm512_max_ps(top[q], scores);
    }
  }
  EACH(q, queries) refer(s, top[q], max + q, sums + q * LANES, out + q * s->valueStride);
  EACH(q, queries) {
    sum[q] = load(sums + q * LANES);
    largest[q] = all(0);
  }
  for (int i = 0; i < stride; i += LANES) {
    fetch(ahead, 2);
    floats factor = type == Q8 ? load(valueScales + i) : all(s->weightFactor);
    EACH(q, queries) {
      floats weight = power(_mm512_sub_ps(load(weights + q * stride + i), all(max[q])));
      sum[q] = _mm512_add_ps(sum[q], weight);
      weight = _mm512_mul_ps(weight, factor);
      if (type == Q8) largest[q] = _mm512_max_ps(largest[q], weight);
      store(weights + q * stride + i, weight);
    }
  }
  EACH(q, queries) store(sums + q * LANES, sum[q]);
}

// Rounds weights, `[query][stride]`, to 16 bits, those of `tokens` tokens.
INLINE void roundWeights(int queries, const float *weights, int stride, int tokens, const floats largest[TOGETHER],
                         struct ahead *ahead, struct rounded *const targets[TOGETHER]) {
  int count = lowAt(tokens);
  floats inverse[TOGETHER];
  EACH(q, queries) {
    float top = _mm512_reduce_max_ps(largest[q]);
    inverse[q] = all(top > 0 ? 65535 / top : 0);
    targets[q]->unit = top * (1.f / 65535);
    targets[q]->offset[0] = targets[q]->offset[1] = 0;
  }
  for (int i = 0; i < count; i += LANES) {
    fetch(ahead, 2);
    EACH(q, queries) {
      ints numbers = _mm512_cvtps_epi32(_mm512_mul_ps(load(weights + q * stride + i), inverse[q]));
      __m128i *high = (void *)(targets[q]->digits + i), *low = (void *)(targets[q]->digits + count + i);
      _mm_storeu_si128(high, _mm512_cvtepi32_epi8(_mm512_srli_epi32(numbers, 8)));
      _mm_storeu_si128(low, _mm512_cvtepi32_epi8(numbers));
    }
  }
}

// ---- pages

// Lets `queries` rows from `first` on attend to a page; meanwhile two halves of a page are prefetched.
INLINE void attendTo(enum type type, int queries, const struct shape *s, const char *page, int from, int to,
                     const struct ahead halves[2], const struct rows *rows, int first) {
  float weights[queries * s->keyStride] __attribute__((aligned(LINE))), *out = rows->out + first * s->valueStride;
  const float *keyScales = (const float *)(page + s->keyScalesAt);
  const float *valueScales = (const float *)(page + s->valueScalesAt);
  const char *values = page + s->valuesAt;
  struct ahead ahead = halves[0];
  floats largest[TOGETHER];
  const struct rounded *factors[TOGETHER];
  if (type == Q8) {
    EACH(q, queries) factors[q] = (const void *)(rows->rounded + (first + q) * roundedBytes(s->headSize));
    addBytes(1, queries, page, &ahead, s->headSize, 0, s->headSize, factors, weights, s->keyStride);
  } else {
    for (int i = 0; i < queries * s->keyStride; i += LANES) store(weights + i, all(0));
    const float *keys = rows->queries + first * s->headSize;
    add(type, queries, page, &ahead, s->headSize, 0, s->headSize, keys, s->headSize, weights, s->keyStride);
  }
  fetchRest(&ahead);
  ahead = halves[1];
  weigh(type, queries, s, from, to, keyScales, valueScales, &ahead, weights, rows->max + first,
        rows->sums + first * LANES, out, largest);
  if (type == Q8) {
    long bytes = (roundedBytes(s->pageTokens) + LINE - 1) / LINE * LINE;
    char space[TOGETHER * bytes] __attribute__((aligned(64)));
    struct rounded *targets[TOGETHER];
    EACH(q, queries) factors[q] = targets[q] = (void *)(space + q * bytes);
    roundWeights(queries, weights, s->keyStride, s->pageTokens, largest, &ahead, targets);
    addBytes(0, queries, values, &ahead, s->pageTokens, from, to, factors, out, s->valueStride);
  } else {
    add(type, queries, values, &ahead, s->pageTokens, from, to, weights, s->keyStride, out, s->valueStride);
  }
  fetchRest(&ahead);
}

#define ATTEND(NAME, TYPE) \
  static void NAME(const struct shape *s, const char *page, int from, int to, const struct ahead ahead[2], \
                   const struct rows *rows, int first, int last) { \
    while (first < last) { \
      int fit = first % TOGETHER == 0 && first + TOGETHER <= last; \
      if (fit) attendTo(TYPE, TOGETHER, s, page, from, to, ahead, rows, first); \
      else attendTo(TYPE, 1, s, page, from, to, ahead, rows, first); \
      first += fit ? TOGETHER : 1; \
    } \
  }
ATTEND(attendF32, F32)
ATTEND(attendF16, F16)
ATTEND(attendBf16, BF16)
ATTEND(attendQ8, Q8)

// Unpacks `count` bytes to their lower halves, less 8, and behind them their upper ones.
static void unfold(const char *from, long count, char *to) {
  ints low = _mm512_set1_epi8(15), eight = _mm512_set1_epi8(8);
  for (long i = 0; i < count; i += LINE) {
    __mmask64 some = count - i < LINE ? (1ull << (count - i)) - 1 : ~0ull;
    ints both = _mm512_maskz_loadu_epi8(some, from + i);
    ints upper = _mm512_and_si512(_mm512_srli_epi16(both, 4), low);
    _mm512_mask_storeu_epi8(to + i, some, _mm512_sub_epi8(_mm512_and_si512(both, low), eight));
    _mm512_mask_storeu_epi8(to + count + i, some, _mm512_sub_epi8(upper, eight));
  }
}

// Unpacks a page of Q4 to one of Q8 and attends to that.
static void attendQ4(const struct shape *s, const char *page, int from, int to, const struct ahead ahead[2],
                     const struct rows *rows, int first, int last) {
  long keys = (long)s->headSize * s->keyStride, values = (long)s->pageTokens * s->valueStride;
  long scaleBytes = s->valuesAt - s->keyScalesAt;
  struct shape bytes = *s;
  bytes.keyScalesAt = keys;
  bytes.valuesAt = keys + scaleBytes;
  bytes.valueScalesAt = bytes.valuesAt + values;
  char unpacked[bytes.valueScalesAt + scaleBytes] __attribute__((aligned(LINE)));
  unfold(page, keys / 2, unpacked);
  memcpy(unpacked + bytes.keyScalesAt, page + s->keyScalesAt, scaleBytes);
  unfold(page + s->valuesAt, values / 2, unpacked + bytes.valuesAt);
  memcpy(unpacked + bytes.valueScalesAt, page + s->valueScalesAt, scaleBytes);
  attendQ8(&bytes, unpacked, from, to, ahead, rows, first, last);
}

// How far ahead of what is read, in halves of a page, K or V: 32, 8 or 13 KiB with 64 keys of 64 numbers. Fewer come
// late, at a tenth less; of more than these, what a list of pages begins with takes longer than they save.
static int halvesAhead(enum type type) {
  return type == F32 ? 2 : type == Q8 || type == Q4 ? 3 : 1;
}

// A half of the pages in order, of the last page at most.
static struct ahead halfOf(const struct shape *s, const char *const *pages, int expected, int half) {
  int page = half / 2 < expected ? half / 2 : expected - 1;
  const char *at = pages[page] + half % 2 * s->valuesAt;
  return (struct ahead){at, at + s->valuesAt};
}

// Lets rows `first` to `last` attend to pages `from` to `to` of those expected, each to the slots that are in hand.
void h2eal_attend(const struct shape *s, const char *const *pages, const int *slots, int from, int to, int expected,
                  int first, int last, const float *queries, const char *rounded, float *max, float *sums, float *out) {
  long outAt = (long)first * s->valueStride, outBytes = (long)(last - first) * s->valueStride * sizeof(float);
  int few = last - first <= FEW;
  char copy[few ? outBytes : LINE] __attribute__((aligned(LINE)));
  if (few) memcpy(copy, out + outAt, outBytes);
  struct rows rows = {queries, rounded, max, sums, few ? (float *)copy - outAt : out};
  int far = halvesAhead(s->type);
  for (int half = 0; from == 0 && half < far && half / 2 < expected; half++) {
    struct ahead early = halfOf(s, pages, expected, half);
    fetchRest(&early);
  }
  for (int i = from; i < to; i++) {
    const char *page = pages[i];
    struct ahead ahead[2];
    for (int half = 0; half < 2; half++) ahead[half] = halfOf(s, pages, expected, 2 * i + half + far);
    int fromSlot = slots[2 * i], toSlot = slots[2 * i + 1];
    switch (s->type) {
      case F32: attendF32(s, page, fromSlot, toSlot, ahead, &rows, first, last); break;
      case F16: attendF16(s, page, fromSlot, toSlot, ahead, &rows, first, last); break;
      case BF16: attendBf16(s, page, fromSlot, toSlot, ahead, &rows, first, last); break;
      case Q8: attendQ8(s, page, fromSlot, toSlot, ahead, &rows, first, last); break;
      case Q4: attendQ4(s, page, fromSlot, toSlot, ahead, &rows, first, last); break;
    }
  }
  if (few) memcpy(out + outAt, copy, outBytes);
}
