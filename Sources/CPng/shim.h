#ifndef BOXSTEP_CPNG_H
#define BOXSTEP_CPNG_H

#include <png.h>

#endif
