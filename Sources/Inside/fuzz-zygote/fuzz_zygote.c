/* What a zygote and a script process read, fed by libFuzzer under AddressSanitizer.
 *
 * job.c and messages.c are compiled into this file with their system calls replaced: each input says
 * what read(2) and recv(2) give, in which pieces, and where they are interrupted. Memory that the job
 * maps comes from malloc in its exact length, so that one byte too far is seen. Built by scripts/fuzz. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_MAPS = 8, MOST_BYTES = 1 << 20 };

static struct {
    const uint8_t *place; /* what the descriptor has left */
    size_t left;
    const uint8_t *pieces; /* how much each call gives; 255 interrupts it */
    size_t piece_count;
    void *maps[MOST_MAPS];
    size_t map_count;
    uint8_t *written;
    size_t written_length;
} input;

static void check(int holds)
{
    if (!holds)
        abort();
}

static size_t next_piece(size_t wanted)
{
    if (input.piece_count == 0)
        return wanted;
    size_t piece = *input.pieces++;
    input.piece_count--;
    if (piece == 255)
        return 0;
    return piece + 1 < wanted ? piece + 1 : wanted;
}

static ssize_t fuzz_read(int descriptor, void *buffer, size_t length)
{
    (void)descriptor;
    size_t count = next_piece(length);
    if (count == 0 && length > 0) {
        errno = EINTR;
        return -1;
    }
    if (count > input.left)
        count = input.left;
    memcpy(buffer, input.place, count);
    input.place += count;
    input.left -= count;
    return (ssize_t)count;
}

static ssize_t fuzz_recv(int descriptor, void *buffer, size_t length, int flags)
{
    (void)flags;
    return fuzz_read(descriptor, buffer, length);
}

static ssize_t fuzz_write(int descriptor, const void *buffer, size_t length)
{
    (void)descriptor;
    size_t count = next_piece(length);
    if (count == 0 && length > 0) {
        errno = EINTR;
        return -1;
    }
    memcpy(input.written + input.written_length, buffer, count);
    input.written_length += count;
    return (ssize_t)count;
}

static void *fuzz_map(void *place, size_t length, int protection, int flags, int file, off_t offset)
{
    (void)place, (void)protection, (void)flags, (void)file, (void)offset;
    void *space = length == 0 || length > MOST_BYTES || input.map_count == MOST_MAPS ? NULL : malloc(length);
    if (space == NULL) {
        errno = length == 0 ? EINVAL : ENOMEM;
        return MAP_FAILED;
    }
    memset(space, 0, length); /* as the kernel gives it */
    input.maps[input.map_count++] = space;
    return space;
}

#define read fuzz_read
#define recv fuzz_recv
#define write fuzz_write
#define mmap fuzz_map
#include "../ZygoteCore/job.c"
#include "../ZygoteCore/messages.c"
#undef read
#undef recv
#undef write
#undef mmap

/* Looks at each byte, so that the sanitizer does. */
static void touch(struct zygote_bytes bytes, size_t *total)
{
    volatile unsigned char sum = 0;
    for (uint64_t index = 0; index < bytes.length; index++)
        sum = (unsigned char)(sum + bytes.start[index]);
    *total += bytes.length;
}

static void try_job(void)
{
    struct zygote_job job = {0};
    struct zygote_result result = {0};
    size_t given = input.left, total = sizeof(struct zygote_job_header);
    if (zygote_take_job(&job, &result) != 0) {
        check(result.kind == ZYGOTE_RAISED || result.kind == ZYGOTE_OUT_OF_MEMORY);
        check(result.payload.length > 0 && result.payload.start[0] == '{');
        return;
    }
    touch(job.options, &total);
    touch(job.source, &total);
    touch(job.input, &total);
    touch(job.context, &total);
    check(job.module_count <= MOST_MODULES);
    for (size_t index = 0; index < job.module_count; index++) {
        touch(job.modules[index].path, &total);
        touch(job.modules[index].source, &total);
        total += 2 * sizeof(uint64_t);
    }
    check(total <= given); /* a job is no longer than what arrived */
}

static void try_settings(const uint8_t *changes, size_t count)
{
    static struct zygote zygote;
    static struct zygote_settings sound;
    memset(&sound, 0, sizeof sound);
    sound.magic = ZYGOTE_SETTINGS_MAGIC;
    sound.bind_count = 2;
    strcpy(sound.binds[0], "/usr/lib/python3.11");
    strcpy(sound.binds[1], "/usr/share/zoneinfo");
    sound.filter_length = 64;
    size_t length = sizeof sound;
    /* Each change is a place in 16 bits, a value, and how many bytes get it. */
    if (count % 4 == 1)
        length -= changes[--count]; /* a message that is short, too */
    for (; count >= 4; changes += 4, count -= 4) {
        size_t place = (size_t)(changes[0] | changes[1] << 8) % sizeof sound;
        size_t most = sizeof sound - place, wide = (size_t)changes[3] + 1;
        memset((unsigned char *)&sound + place, changes[2], wide < most ? wide : most);
    }
    input.place = (const uint8_t *)&sound;
    input.left = length;
    memset(&zygote, 0xa5, sizeof zygote);
    errno = 0;
    if (zygote_take_settings(&zygote) != 0) {
        check(errno != 0);
        return;
    }
    const struct zygote_settings *taken = &zygote.settings;
    check(length == sizeof sound && taken->bind_count <= ZYGOTE_BIND_COUNT);
    check(taken->filter_length <= sizeof taken->filter && taken->filter_length % 8 == 0);
    for (uint32_t index = 0; index < taken->bind_count; index++) {
        check(taken->binds[index][0] == '/');
        check(strnlen(taken->binds[index], ZYGOTE_BIND_LENGTH) < ZYGOTE_BIND_LENGTH);
    }
}

static void try_result(const uint8_t *payload, size_t count)
{
    struct zygote_result result = {ZYGOTE_RETURNED, {payload, count}};
    zygote_give_result(&result);
    struct zygote_result_header header;
    check(input.written_length == sizeof header + count);
    memcpy(&header, input.written, sizeof header);
    check(header.magic == ZYGOTE_RESULT_MAGIC && header.length == count);
    check(count == 0 || memcmp(input.written + sizeof header, payload, count) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Byte 0: what is tried. Byte 1: how many pieces. Then the pieces, then what arrives. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t pieces = data[1] < size - 2 ? data[1] : size - 2;
    const uint8_t *rest = data + 2 + pieces;
    size_t count = size - 2 - pieces;
    memset(&input, 0, sizeof input);
    input.pieces = data + 2;
    input.piece_count = pieces;
    input.place = rest;
    input.left = count;
    switch (data[0] % 4) {
    case 0: try_job(); break;
    case 1: try_settings(rest, count); break;
    case 2: {
        struct zygote_requests requests;
        (void)zygote_await_requests(&requests);
        int asked = (int)requests.count;
        check(asked >= 0 && asked <= 64);
        break;
    }
    default:
        input.written = malloc(sizeof(struct zygote_result_header) + count);
        if (input.written != NULL)
            try_result(rest, count);
        free(input.written);
    }
    while (input.map_count > 0)
        free(input.maps[--input.map_count]);
    return 0;
}
