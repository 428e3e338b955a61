/* The JavaScript engine: JavaScriptCore through its C API. */
#ifndef SLUICE_JAVASCRIPT_ENGINE_H
#define SLUICE_JAVASCRIPT_ENGINE_H

#include "zygote_engine.h"

extern const struct zygote_engine javascript_engine;

#endif
