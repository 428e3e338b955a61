/* The few things JavaScript code cannot do for itself. */
#ifndef SLUICE_JAVASCRIPT_PRIMITIVES_H
#define SLUICE_JAVASCRIPT_PRIMITIVES_H

#include <JavaScriptCore/JavaScript.h>
#include <stdint.h>

/* An object with the primitives as methods, in the realm of `context`; `scripts` is the realm in
 * which its `evaluate` works. */
JSObjectRef primitives_make(JSContextRef context, JSGlobalContextRef scripts);

/* Replaces Math.random of a realm: JavaScriptCore's own repeats in every child. */
void primitives_replace_math_random(JSGlobalContextRef realm);

void primitives_seed(const unsigned char seed[64]);

#endif
