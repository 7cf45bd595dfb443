#ifndef BOXSTEP_CTURBOJPEG_H
#define BOXSTEP_CTURBOJPEG_H

#include <turbojpeg.h>

#endif
