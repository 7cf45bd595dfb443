#ifndef BOXSTEP_KERNELS_H
#define BOXSTEP_KERNELS_H

/// Columns of a panel.
#define BOXSTEP_PANEL 32

/// c[r][j] += Σ_d a[r][d] · panel[d][j] for j < columns ≤ BOXSTEP_PANEL.
///
/// `a` has rows `a_stride` floats apart, `c` rows `c_stride` apart, the panel `BOXSTEP_PANEL`.
/// Each sum starts at 0 and runs over d in order with one multiplication and one addition a term, so
/// its bits do not depend on the width of the processor's vectors.
void boxstep_panel(long rows, long depth, const float *a, long a_stride, const float *panel, float *c,
                   long c_stride, long columns);

/// The focal loss of background logits: loss = weight · p^gamma · −ln(1 − p̂ + clip), with p = sigmoid(x) and p̂ = p
/// clamped to [clip, 1 − clip]; gradient = slope_weight · its derivative by x over weight. The clamp stops the
/// logarithm's part of the derivative outside. With clip 0 the logarithm is that of 1 − p itself.
void boxstep_focal_background(long count, const float *logits, float weight, float slope_weight, float gamma,
                              float clip, float *loss, float *gradient);

/// The two above with vectors of 4, 8 or 16 floats, so that tests can hold the widths to each other; 0 where the
/// processor has no such vectors.
int boxstep_panel_at_width(int width, long rows, long depth, const float *a, long a_stride, const float *panel,
                           float *c, long c_stride, long columns);
int boxstep_focal_at_width(int width, long count, const float *logits, float weight, float slope_weight,
                           float gamma, float clip, float *loss, float *gradient);

#endif
