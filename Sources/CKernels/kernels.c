#include "kernels.h"

// A multiplication and an addition each round on their own: a fused one would give other bits on
// processors that have it.
#pragma STDC FP_CONTRACT OFF

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)

// Rows of c held in registers: as many as hide the latency of an addition.
#define ROWS 8

#define NAME(x) JOIN(x, w4)
#define WIDTH 4
#define TARGET
#include "kernels.inc"

#if defined(__x86_64__)

#define NAME(x) JOIN(x, w8)
#define WIDTH 8
#define TARGET __attribute__((target("avx2")))
#include "kernels.inc"

#define NAME(x) JOIN(x, w16)
#define WIDTH 16
#define TARGET __attribute__((target("avx512f")))
#include "kernels.inc"

// The widest version that this processor runs.
#define CHOOSE(function, ...)                                               \
  if (__builtin_cpu_supports("avx512f")) return function##_w16(__VA_ARGS__); \
  if (__builtin_cpu_supports("avx2")) return function##_w8(__VA_ARGS__);     \
  return function##_w4(__VA_ARGS__);

#else

#define CHOOSE(function, ...) return function##_w4(__VA_ARGS__);

#endif

void boxstep_panel(long rows, long depth, const float *a, long a_stride, const float *panel, float *c,
                   long c_stride, long columns) {
  CHOOSE(panel, rows, depth, a, a_stride, panel, c, c_stride, columns)
}

void boxstep_focal_background(long count, const float *logits, float weight, float slope_weight, float gamma,
                              float clip, float *loss, float *gradient) {
  CHOOSE(focal, count, logits, weight, slope_weight, gamma, clip, loss, gradient)
}

// For tests: the same two, at a width of one's choice.

#if defined(__x86_64__)
#define AT_WIDTH(function, width, ...)                                                           \
  if (width == 16 && __builtin_cpu_supports("avx512f")) return function##_w16(__VA_ARGS__), 1;    \
  if (width == 8 && __builtin_cpu_supports("avx2")) return function##_w8(__VA_ARGS__), 1;
#else
#define AT_WIDTH(function, width, ...)
#endif

int boxstep_panel_at_width(int width, long rows, long depth, const float *a, long a_stride, const float *panel,
                           float *c, long c_stride, long columns) {
  AT_WIDTH(panel, width, rows, depth, a, a_stride, panel, c, c_stride, columns)
  if (width != 4) return 0;
  return panel_w4(rows, depth, a, a_stride, panel, c, c_stride, columns), 1;
}

int boxstep_focal_at_width(int width, long count, const float *logits, float weight, float slope_weight,
                           float gamma, float clip, float *loss, float *gradient) {
  AT_WIDTH(focal, width, count, logits, weight, slope_weight, gamma, clip, loss, gradient)
  if (width != 4) return 0;
  return focal_w4(count, logits, weight, slope_weight, gamma, clip, loss, gradient), 1;
}
