#pragma once

/* What Swift cannot call: libcurl's variadic functions, and a socket callback whose argument ends
 * in a structure of varying length. Handles are `void *` here, as in curl.h. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/* curl_easy_setopt(3); each gives the CURLcode. */
int sluice_curl_set_long(void *easy, int option, long value);
int sluice_curl_set_string(void *easy, int option, const char *value);
int sluice_curl_set_pointer(void *easy, int option, void *_Nullable value);
/* CURLOPT_COPYPOSTFIELDS of exactly `count` bytes. */
int sluice_curl_set_body(void *easy, const uint8_t *bytes, size_t count);

/* What a transfer hears of its own progress, always on the thread that drives the multi handle. */
struct sluice_curl_callbacks {
    /* Bytes of one header line or of the body; anything but `count` as answer ends the transfer. */
    size_t (*header)(void *context, const uint8_t *bytes, size_t count);
    size_t (*body)(void *context, const uint8_t *bytes, size_t count);
    /* Whether a socket to this address (4 or 16 bytes, network order) may be opened. */
    bool (*may_connect)(void *context, const uint8_t *address, size_t count, uint16_t port);
    /* Whether the request may go out on this connection, be it new or one of before. */
    bool (*may_send)(void *context, const char *address, int port);
    void *context;
};

/* `callbacks` must live as long as the handle. Gives the first CURLcode that is not CURLE_OK. */
int sluice_curl_set_callbacks(void *easy, struct sluice_curl_callbacks *callbacks);

/* curl_easy_getinfo(3): 0 when unknown. */
long sluice_curl_get_long(void *easy, int field);

#pragma clang assume_nonnull end
