#ifndef BOXSTEP_CCAIRO_H
#define BOXSTEP_CCAIRO_H

#include <cairo/cairo.h>
#include <cairo/cairo-svg.h>

#endif
