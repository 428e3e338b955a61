/* The two frames of a script process: the job it gets and the result it gives. */
#include "zygote.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    FIRST_READ = 64 << 10, /* what a pipe holds: small jobs take one read(2) */
    MOST_MODULES = 4096,
    JOB_DESCRIPTOR = 0,
    RESULT_DESCRIPTOR = 3,
    WARM_BYTES = 8 << 10
};

static unsigned char first[FIRST_READ];

/* The bytes of the job that have been read but not taken. */
struct ahead {
    unsigned char *start;
    size_t length;
};

void zygote_warm_job(void)
{
    memset(first, 0, WARM_BYTES);
}

static int take(struct ahead *ahead, void *buffer, size_t length)
{
    size_t count = ahead->length < length ? ahead->length : length;
    memcpy(buffer, ahead->start, count);
    ahead->start += count;
    ahead->length -= count;
    return zygote_read_all(JOB_DESCRIPTOR, (unsigned char *)buffer + count, length - count);
}

static void *map(size_t length)
{
    void *space =
        mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return space == MAP_FAILED ? NULL : space;
}

static int add_up(const struct zygote_job_header *header, const uint64_t *lengths, size_t *total)
{
    size_t sum = 0;
    int overflow = __builtin_add_overflow(sum, header->options_length, &sum);
    overflow |= __builtin_add_overflow(sum, header->source_length, &sum);
    overflow |= __builtin_add_overflow(sum, header->input_length, &sum);
    overflow |= __builtin_add_overflow(sum, header->context_length, &sum);
    for (uint32_t index = 0; index < header->module_count * 2; index++)
        overflow |= __builtin_add_overflow(sum, lengths[index], &sum);
    *total = sum;
    return overflow ? -1 : 0;
}

static struct zygote_bytes cut(unsigned char **place, uint64_t length)
{
    struct zygote_bytes bytes = {*place, length};
    *place += length;
    return bytes;
}

static int fill_job(struct zygote_job *job, struct ahead *ahead)
{
    struct zygote_job_header header;
    uint64_t *lengths = NULL;
    struct zygote_module *modules = NULL;
    size_t total;
    errno = EPROTO;
    if (take(ahead, &header, sizeof header) != 0 || header.magic != ZYGOTE_JOB_MAGIC ||
        header.module_count > MOST_MODULES)
        return -1;
    if (header.module_count > 0) {
        size_t table = header.module_count * 2 * sizeof *lengths;
        lengths = map(table + header.module_count * sizeof *modules);
        if (lengths == NULL || take(ahead, lengths, table) != 0)
            return -1;
        modules = (struct zygote_module *)(void *)(lengths + header.module_count * 2);
    }
    if (add_up(&header, lengths, &total) != 0)
        return -1;
    unsigned char *place = ahead->start;
    if (ahead->length < total) {
        place = map(total);
        if (place == NULL || take(ahead, place, total) != 0)
            return -1;
    }
    job->options = cut(&place, header.options_length);
    job->source = cut(&place, header.source_length);
    job->input = cut(&place, header.input_length);
    job->context = cut(&place, header.context_length);
    for (uint32_t index = 0; index < header.module_count; index++) {
        modules[index].path = cut(&place, lengths[2 * index]);
        modules[index].source = cut(&place, lengths[2 * index + 1]);
    }
    job->modules = modules;
    job->module_count = header.module_count;
    return 0;
}

int zygote_take_job(struct zygote_job *job, struct zygote_result *result)
{
    static const char no_space[] =
        "{\"type\":\"MemoryError\",\"message\":\"the input does not fit into the memory limit\","
        "\"line\":null,\"traceback\":null}";
    static const char no_job[] =
        "{\"type\":\"JobFrame\",\"message\":\"the job did not arrive whole\","
        "\"line\":null,\"traceback\":null}";
    ssize_t count = read(JOB_DESCRIPTOR, first, sizeof first);
    struct ahead ahead = {first, count < 0 ? 0 : (size_t)count};
    if (fill_job(job, &ahead) == 0)
        return 0;
    int is_memory = errno == ENOMEM;
    result->kind = is_memory ? ZYGOTE_OUT_OF_MEMORY : ZYGOTE_RAISED;
    const char *text = is_memory ? no_space : no_job;
    result->payload = (struct zygote_bytes){(const unsigned char *)text, strlen(text)};
    return -1;
}

/* One write for small results: the supervisor wakes once. */
void zygote_give_result(const struct zygote_result *result)
{
    struct zygote_result_header header = {
        ZYGOTE_RESULT_MAGIC, result->kind, result->payload.length};
    unsigned char small[4096];
    size_t length = result->payload.length;
    if (length > 0 && sizeof header + length <= sizeof small) {
        memcpy(small, &header, sizeof header);
        memcpy(small + sizeof header, result->payload.start, length);
        (void)zygote_write_all(RESULT_DESCRIPTOR, small, sizeof header + length);
    } else if (
        zygote_write_all(RESULT_DESCRIPTOR, &header, sizeof header) == 0 && length > 0) {
        (void)zygote_write_all(RESULT_DESCRIPTOR, result->payload.start, length);
    }
}
