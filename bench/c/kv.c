// Single-query attention of four query heads over KV pages of 64 tokens x 64 numbers, as the Java kernels do it, for
// comparison: f32, f16, bf16 and q8, K and V row by row as the pages have them. Over all pages and over one of eight,
// without prefetch instructions and with one per cache line, for the line one page further on the way.
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
#define TILE(LOAD, B, factor, AHEAD) \
  for (int r = 0; r < N; r++) { \
    for (int j = 0; j < B && AHEAD; j++, next += 64) _mm_prefetch(next, _MM_HINT_T0); \
    __m512 n[4]; \
    for (int j = 0; j < 4; j++) n[j] = LOAD(page + AT(B, r, j)); \
    for (int i = 0; i < ROWS; i++) \
      for (int j = 0; j < 4; j++) a[i][j] = _mm512_fmadd_ps(_mm512_set1_ps(rows->factor[i][r]), n[j], a[i][j]); \
  }
#define ATTEND(NAME, LOAD, B, AHEAD) \
  __attribute__((noinline)) static void NAME(const char *page, const char *next, struct rows *rows) { \
    const float *scales = (const float *)(page + 2 * N * N * B); \
    __m512 a[ROWS][4]; \
    for (int i = 0; i < ROWS * 4; i++) a[i / 4][i % 4] = _mm512_setzero_ps(); \
    TILE(LOAD, B, query, AHEAD) \
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
    TILE(LOAD, B, weight, AHEAD) \
    for (int i = 0; i < ROWS * 4; i++) _mm512_storeu_ps(rows->out[i / 4] + 16 * (i % 4), a[i / 4][i % 4]); \
  }
ATTEND(attendF32, F32, 4, 0) ATTEND(attendF16, F16, 2, 0) ATTEND(attendBF16, BF16, 2, 0) ATTEND(attendQ8, Q8, 1, 0)
ATTEND(aheadF32, F32, 4, 1) ATTEND(aheadF16, F16, 2, 1) ATTEND(aheadBF16, BF16, 2, 1) ATTEND(aheadQ8, Q8, 1, 1)
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
  void (*kernels[][4])(const char *, const char *, struct rows *) = {
      {attendF32, attendF16, attendBF16, attendQ8}, {aheadF32, aheadF16, aheadBF16, aheadQ8}};
  for (int type = 0; type < 4; type++) {
    long width = (int[]){4, 2, 2, 1}[type], page = 2 * N * N * width + (type == 3 ? 2 * N * 4 : 0), pages = BYTES / page;
    const char **order = malloc((pages + 1) * sizeof *order);
    double rates[5][REPEATS]; // of a plain read, then of all and of selected pages, without and with prefetch
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      memset(&rows, 0, sizeof rows);
      double start = now();
      read(memory, pages * page, &rows);
      rates[0][repeat] = pages * page / (now() - start) / 1e9;
      for (int way = 0; way < 4; way++) {
        long step = way % 2 ? 8 : 1, count = pages / step;
        // of every eight pages another one, so that the distance changes; after the last comes itself
        for (long i = 0; i < count; i++) order[i] = memory + (i * step + rand() % step) * page;
        order[count] = order[count - 1];
        start = now();
        for (long i = 0; i < count; i++) kernels[way / 2][type](order[i], order[i + 1], &rows);
        rates[1 + way][repeat] = count * page / (now() - start) / 1e9;
      }
    }
    double *r[5];
    for (int i = 0; i < 5; i++) qsort(r[i] = rates[i], REPEATS, sizeof(double), ascending);
#define MEDIAN(i) r[i][REPEATS / 2]
    printf("%-4s %9.1f", (char *[]){"F32", "F16", "BF16", "Q8"}[type], MEDIAN(0));
    for (int i = 1; i < 5; i += 2)
      printf("  %10.1f  %6.0f%%  %9.1f  %13.1f  %7.0f%%", MEDIAN(i), 100 * MEDIAN(i) / MEDIAN(0),
          MEDIAN(i) * 1e3 * 64 / page, MEDIAN(i + 1), 100 * MEDIAN(i + 1) / MEDIAN(i));
    puts("");
    free(order);
  }
}
