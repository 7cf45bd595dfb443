#ifndef BOXSTEP_CVTERM_H
#define BOXSTEP_CVTERM_H

#include <vterm.h>

// A colour is a union of bit flags; Swift gets one number: -1 the terminal's own, 0 to 255 an entry of the
// palette, 256 and more 256 + 0xRRGGBB.
static inline int vterm_color_number(VTermColor color) {
  if (color.type & VTERM_COLOR_DEFAULT_MASK) return -1;
  if (VTERM_COLOR_IS_INDEXED(&color)) return color.indexed.idx;
  return 256 + (color.rgb.red << 16 | color.rgb.green << 8 | color.rgb.blue);
}

#endif
