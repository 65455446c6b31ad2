// Single-query attention of four query heads over KV pages of 64 tokens x 64 numbers, as the Java kernels do it, for
// comparison: f32, f16, bf16 and q8, K and V row by row as the pages have them, no prefetch instructions.
// gcc -O3 -march=native -o kv kv.c -lm   (AVX-512)
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
enum { N = 64, ROWS = 4, REPEATS = 9 };
static const long BYTES = 512l << 20;
struct rows { float query[ROWS][N], weight[ROWS][N], out[ROWS][N], max[ROWS]; __m512 sum[ROWS]; };
static __m512 power(__m512 x) {
  const __m512 round = _mm512_set1_ps(0x1.8p23f);
  __m512 p = _mm512_max_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.442695041f)), _mm512_set1_ps(-100));
  __m512 r = _mm512_add_ps(p, round), f = _mm512_sub_ps(p, _mm512_sub_ps(r, round)), y = _mm512_set1_ps(1.5403530e-4f);
  const float c[] = {1.3333558e-3f, 9.6181291e-3f, 5.5504109e-2f, 2.4022651e-1f, 6.9314718e-1f, 1};
  for (int i = 0; i < 6; i++) y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(c[i]));
  return _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(y), _mm512_slli_epi32(_mm512_castps_si512(r), 23)));
}
#define F32(p) _mm512_loadu_ps(p)
#define F16(p) _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p)))
#define BF16(p) _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const void *)(p))), 16))
#define Q8(p) _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(p))))
// the 16 numbers j of row r
#define AT(B, r, j) (((r) * N + (j) * 16) * (B))
#define TILE(LOAD, B, factor) \
  for (int r = 0; r < N; r++) { \
    __m512 n[4]; \
    for (int j = 0; j < 4; j++) n[j] = LOAD(page + AT(B, r, j)); \
    for (int i = 0; i < ROWS; i++) \
      for (int j = 0; j < 4; j++) a[i][j] = _mm512_fmadd_ps(_mm512_set1_ps(rows->factor[i][r]), n[j], a[i][j]); \
  }
#define ATTEND(LOAD, B) \
  __attribute__((noinline)) static void attend##LOAD(const char *page, struct rows *rows) { \
    const float *scales = (const float *)(page + 2 * N * N * B); \
    __m512 a[ROWS][4]; \
    for (int i = 0; i < ROWS * 4; i++) a[i / 4][i % 4] = _mm512_setzero_ps(); \
    TILE(LOAD, B, query) \
    for (int i = 0; i < ROWS; i++) { \
      for (int j = 0; j < 4 && B == 1; j++) a[i][j] = _mm512_mul_ps(a[i][j], F32(scales + 16 * j)); \
      float top = _mm512_reduce_max_ps( \
          _mm512_max_ps(_mm512_max_ps(a[i][0], a[i][1]), _mm512_max_ps(a[i][2], a[i][3]))), before = rows->max[i]; \
      if (top > before + 8) rows->max[i] = top; \
      __m512 rescale = _mm512_set1_ps(top > before + 8 ? expf(before - top) : 1); \
      rows->sum[i] = _mm512_mul_ps(rows->sum[i], rescale); \
      for (int j = 0; j < 4; j++) { \
        __m512 w = power(_mm512_sub_ps(a[i][j], _mm512_set1_ps(rows->max[i]))); \
        rows->sum[i] = _mm512_add_ps(rows->sum[i], w); \
        _mm512_storeu_ps(rows->weight[i] + 16 * j, B == 1 ? _mm512_mul_ps(w, F32(scales + N + 16 * j)) : w); \
        a[i][j] = _mm512_mul_ps(F32(rows->out[i] + 16 * j), rescale); \
      } \
    } \
    page += N * N * B; \
    TILE(LOAD, B, weight) \
    for (int i = 0; i < ROWS * 4; i++) _mm512_storeu_ps(rows->out[i / 4] + 16 * (i % 4), a[i / 4][i % 4]); \
  }
ATTEND(F32, 4) ATTEND(F16, 2) ATTEND(BF16, 2) ATTEND(Q8, 1)
__attribute__((noinline)) static void read(const char *page, long bytes, struct rows *rows) {
  __m512 a[4] = {};
  for (long at = 0; at < bytes; at += 256)
    for (int j = 0; j < 4; j++) a[j] = _mm512_add_ps(a[j], F32(page + at + 64 * j));
  for (int j = 0; j < 4; j++) _mm512_storeu_ps(rows->weight[j], a[j]);
}
static int ascending(const void *a, const void *b) { return *(double *)a < *(double *)b ? -1 : 1; }
static double now(void) { struct timespec t; clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); return t.tv_sec + 1e-9 * t.tv_nsec; }
int main(void) {
  static struct rows rows __attribute__((aligned(64)));
  char *mapped = mmap(0, BYTES + (2 << 20), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *memory = (char *)(((intptr_t)mapped + (2 << 20) - 1) & -(2l << 20));
  madvise(memory, BYTES, MADV_HUGEPAGE);
  memset(memory, 1, BYTES); // small positive numbers of every type
  void (*attend[])(const char *, struct rows *) = {attendF32, attendF16, attendBF16, attendQ8};
  for (int type = 0; type < 4; type++) {
    long width = (int[]){4, 2, 2, 1}[type], page = 2 * N * N * width + (type == 3 ? 2 * N * 4 : 0), pages = BYTES / page;
    double reads[REPEATS], attends[REPEATS];
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      memset(&rows, 0, sizeof rows);
      double start = now();
      read(memory, pages * page, &rows);
      double middle = now();
      for (long i = 0; i < pages; i++) attend[type](memory + i * page, &rows);
      reads[repeat] = middle - start, attends[repeat] = now() - middle;
    }
    qsort(reads, REPEATS, sizeof *reads, ascending), qsort(attends, REPEATS, sizeof *attends, ascending);
    double rate = pages * page / attends[REPEATS / 2] / 1e9, plain = pages * page / reads[REPEATS / 2] / 1e9;
    printf("%-4s %9.1f  %10.1f  %6.0f%%  %9.1f\n", (char *[]){"F32", "F16", "BF16", "Q8"}[type], plain, rate,
        100 * rate / plain, rate * 1e3 * 64 / page);
  }
}
