#ifndef BOXSTEP_CEXPAT_H
#define BOXSTEP_CEXPAT_H

#include <expat.h>

#endif
