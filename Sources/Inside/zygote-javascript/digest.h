/* MD5 (RFC 1321), SHA-1 and SHA-2 (FIPS 180-4), for the scripts' own use; nothing of ours trusts them. */
#ifndef SLUICE_JAVASCRIPT_DIGEST_H
#define SLUICE_JAVASCRIPT_DIGEST_H

#include "zygote_engine.h"

#define DIGEST_MAXIMUM 64

/* `name` is one of md5 sha1 sha224 sha256 sha384 sha512. Bytes written, or 0 for an unknown name. */
size_t digest_compute(const char *name, struct zygote_bytes bytes, unsigned char out[DIGEST_MAXIMUM]);

#endif
