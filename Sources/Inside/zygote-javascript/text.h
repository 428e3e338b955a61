/* Bytes to JavaScript strings and back, and base64. */
#ifndef SLUICE_JAVASCRIPT_TEXT_H
#define SLUICE_JAVASCRIPT_TEXT_H

#include "zygote_engine.h"
#include <JavaScriptCore/JavaScript.h>
#include <stdbool.h>

/* UTF-8 to a string the caller releases. Malformed sequences become U+FFFD, as TextDecoder does it. */
JSStringRef text_from_utf8(struct zygote_bytes bytes);

/* True if every sequence is well formed. */
bool text_is_utf8(struct zygote_bytes bytes);

/* UTF-8 in memory the caller frees, with a NUL behind it; start is NULL when there is no memory.
 * Lone surrogates become U+FFFD. */
struct zygote_bytes text_to_utf8(JSStringRef text);

/* A string of ASCII in memory the caller frees; NULL when there is no memory. */
char *text_base64_encode(struct zygote_bytes bytes, bool url);

/* Both alphabets, white space skipped, stops at padding or at the first foreign character, as
 * Buffer does it. The caller frees. `clean` tells whether nothing foreign was met. */
struct zygote_bytes text_base64_decode(struct zygote_bytes ascii, bool *clean);

#endif
