#pragma once

/* What Swift cannot call: libmicrohttpd's variadic functions. Its enumerations, which Swift would take
 * for closed, stay behind this header too. Beside them stand the reading of a head in place and the
 * watch over connections. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

struct MHD_Daemon;
struct MHD_Connection;

/* What a connection's peer is: `count` is 4 or 16 for an address in network order, 0 for a unix
 * socket. */
struct sluice_httpd_peer {
    uint8_t bytes[16];
    size_t count;
};

/* Called on the daemon's threads. `connection` and `request` are what `opened` and `began` gave. */
struct sluice_httpd_callbacks {
    void *context;
    void *_Nonnull (*_Nonnull opened)(
        void *context, int descriptor, const struct sluice_httpd_peer *peer);
    void (*_Nonnull closed)(void *context, void *connection);
    /* The request line is there; `target` as it came, up to a NUL or a blank in it. */
    void *_Nonnull (*_Nonnull began)(void *context, void *connection, const char *target);
    /* libmicrohttpd's access handler: first with the head alone, then with what came of the body, then
     * with nothing. Gives how many bytes it took of `size`, -1 to close the connection. */
    ptrdiff_t (*_Nonnull access)(
        void *context, void *request, struct MHD_Connection *handle, const char *method,
        const char *url, const char *version, const uint8_t *_Nullable bytes, size_t size);
    /* Writes at most `size` bytes of a stream; 0 after suspending; -1 at its end, -2 to break it off. */
    ptrdiff_t (*_Nonnull produce)(void *context, void *request, uint8_t *bytes, size_t size);
    void (*_Nonnull completed)(void *context, void *request, bool is_complete);
};

struct sluice_httpd_settings {
    /* Bound and listening; closed by the daemon. */
    int listener;
    unsigned threads;
    unsigned connections;
    /* 0: no limit for one address. */
    unsigned connections_per_address;
    /* Seconds without any progress. */
    unsigned idle_seconds;
    /* Bytes for one connection: a head must fit. */
    size_t memory;
};

/* NULL when it does not start. `callbacks` must live as long as the daemon. */
struct MHD_Daemon *_Nullable sluice_httpd_start(
    const struct sluice_httpd_settings *settings, const struct sluice_httpd_callbacks *callbacks);
/* Takes no more connections and gives the listening socket, -1 when there is none; the caller closes it. */
int sluice_httpd_quiesce(struct MHD_Daemon *daemon);
/* No connection may be suspended. Waits for the threads. */
void sluice_httpd_stop(struct MHD_Daemon *daemon);

void sluice_httpd_suspend(struct MHD_Connection *handle);
void sluice_httpd_resume(struct MHD_Connection *handle);

/* Calls `take` for each header in the order of the head. */
void sluice_httpd_headers(
    struct MHD_Connection *handle, void *context,
    void (*_Nonnull take)(
        void *context, const uint8_t *name, size_t name_size, const uint8_t *_Nullable value,
        size_t value_size));

/* What is wrong with the bytes of a head that libmicrohttpd let through; NULL when nothing is. Only in
 * the first call of `access`. */
const char *_Nullable sluice_httpd_head_fault(
    struct MHD_Connection *handle, const char *method, const char *url, size_t target_size,
    const char *version);

/* An answer with a copy of the bytes. */
struct sluice_httpd_answer;
struct sluice_httpd_answer *_Nullable sluice_httpd_answer_bytes(
    const uint8_t *_Nullable bytes, size_t count);
/* An answer whose body `produce` gives. */
struct sluice_httpd_answer *_Nullable sluice_httpd_answer_stream(
    const struct sluice_httpd_callbacks *callbacks, void *request);
bool sluice_httpd_answer_header(
    struct sluice_httpd_answer *answer, const char *name, const char *value);
/* Queues the answer and lets it go, whatever comes of it. */
bool sluice_httpd_answer_queue(
    struct sluice_httpd_answer *answer, struct MHD_Connection *handle, unsigned status);

/* A poller that tells once for each socket when its other end has gone. */
int sluice_httpd_watcher(void);
bool sluice_httpd_watch(int watcher, int descriptor, uint64_t token);
void sluice_httpd_unwatch(int watcher, int descriptor);
/* Gives how many tokens it wrote, at most 64, after at most so many milliseconds. */
int sluice_httpd_watch_wait(int watcher, uint64_t *tokens, int milliseconds);
/* Breaks a connection off: the daemon finds it ended. */
void sluice_httpd_break(int descriptor);

/* Opens a listening socket, non-blocking and close-on-exec. -1 with errno; `host` is a name or an
 * address, NULL for every one; `*fault` says what errno cannot, or is NULL. */
int sluice_httpd_listen_tcp(
    const char *_Nullable host, const char *port, const char *_Nullable *_Nonnull fault);
/* A socket file that nobody listens to is replaced; anything else in its place is EADDRINUSE. */
int sluice_httpd_listen_unix(const char *path, unsigned mode);
/* Makes a socket that was handed over fit: non-blocking and close-on-exec. -1 with errno when it does
 * not listen. */
int sluice_httpd_adopt(int descriptor);
/* Where a socket listens: `*port` and the address, or count 0 for a unix socket with its path. */
int sluice_httpd_listens_at(
    int descriptor, struct sluice_httpd_peer *peer, uint16_t *port, char *path, size_t room);

#pragma clang assume_nonnull end
