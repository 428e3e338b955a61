#include "runners.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

/* One after the other, a line break (10) behind each. */
const unsigned char runner_python[] = {
#embed "python/preload.py" suffix(, 10,)
#embed "python/habits.py" suffix(, 10,)
#embed "python/distribution.py" suffix(, 10,)
#embed "python/values.py" suffix(, 10,)
#embed "python/arrays.py" suffix(, 10,)
#embed "python/errors.py" suffix(, 10,)
#embed "python/siblings.py" suffix(, 10,)
#embed "python/packages.py" suffix(, 10,)
#embed "python/waiting.py" suffix(, 10,)
#embed "python/steps.py" suffix(, 10,)
#embed "python/network.py" suffix(, 10,)
#embed "python/program.py" suffix(, 10,)
#embed "python/recording.py" suffix(, 10,)
#embed "python/serve.py" suffix(, 10, 0)
};
const size_t runner_python_length = sizeof runner_python - 1;

#define SCRIPT(name) static const unsigned char name[] =
SCRIPT(realm) {
#embed "javascript/runner/realm.js"
};
SCRIPT(inspection) {
#embed "javascript/runner/inspect.js"
};
SCRIPT(values) {
#embed "javascript/runner/values.js"
};
SCRIPT(errors) {
#embed "javascript/runner/errors.js"
};
SCRIPT(traces) {
#embed "javascript/runner/traces.js"
};
SCRIPT(tokens) {
#embed "javascript/runner/tokens.js"
};
SCRIPT(transform) {
#embed "javascript/runner/transform.js"
};
SCRIPT(rewriting) {
#embed "javascript/runner/rewrite.js"
};
SCRIPT(modules) {
#embed "javascript/runner/modules.js"
};
SCRIPT(loading) {
#embed "javascript/runner/loading.js"
};
SCRIPT(timers) {
#embed "javascript/runner/timers.js"
};
SCRIPT(programs) {
#embed "javascript/runner/programs.js"
};
SCRIPT(exchanging) {
#embed "javascript/runner/exchanges.js"
};
SCRIPT(serving) {
#embed "javascript/runner/serve.js"
};
SCRIPT(console) {
#embed "javascript/globals/console.js"
};
SCRIPT(scheduling) {
#embed "javascript/globals/scheduling.js"
};
SCRIPT(text) {
#embed "javascript/globals/text.js"
};
SCRIPT(buffer) {
#embed "javascript/globals/buffer.js"
};
SCRIPT(events) {
#embed "javascript/globals/events.js"
};
SCRIPT(addresses) {
#embed "javascript/globals/addresses.js"
};
SCRIPT(searchparams) {
#embed "javascript/globals/searchparams.js"
};
SCRIPT(url) {
#embed "javascript/globals/url.js"
};
SCRIPT(fetching) {
#embed "javascript/globals/fetch.js"
};
SCRIPT(crypto) {
#embed "javascript/globals/crypto.js"
};
SCRIPT(assertions) {
#embed "javascript/globals/assert.js"
};
SCRIPT(library) {
#embed "javascript/globals/library.js"
};
SCRIPT(durations) {
#embed "javascript/globals/durations.js"
};
SCRIPT(datetime) {
#embed "javascript/globals/datetime.js"
};
SCRIPT(dateformat) {
#embed "javascript/globals/dateformat.js"
};
SCRIPT(stepscope) {
#embed "javascript/globals/steps.js"
};
SCRIPT(steps) {
#embed "javascript/runner/steps.js"
};

SCRIPT(node_traces) {
#embed "node/traces.js"
};
SCRIPT(node_globals) {
#embed "node/globals.js"
};
SCRIPT(node_process) {
#embed "node/process.js"
};

#define FILE_OF(name) {"sluice:" #name, name, sizeof name}

const struct runner_file runner_javascript[] = {
    FILE_OF(realm),     FILE_OF(inspection), FILE_OF(values),  FILE_OF(errors), FILE_OF(traces),
    FILE_OF(tokens),    FILE_OF(transform),  FILE_OF(rewriting), FILE_OF(modules),
    FILE_OF(loading),   FILE_OF(timers),     FILE_OF(steps),      FILE_OF(exchanging),
    FILE_OF(programs),  FILE_OF(serving),
};
const size_t runner_javascript_count = sizeof runner_javascript / sizeof *runner_javascript;

const struct runner_file runner_javascript_globals[] = {
    FILE_OF(console), FILE_OF(scheduling), FILE_OF(text), FILE_OF(buffer),     FILE_OF(events),
    FILE_OF(addresses), FILE_OF(searchparams), FILE_OF(url), FILE_OF(fetching), FILE_OF(crypto), FILE_OF(assertions), FILE_OF(library),
    FILE_OF(durations), FILE_OF(datetime), FILE_OF(dateformat), FILE_OF(stepscope),
};
const size_t runner_javascript_globals_count =
    sizeof runner_javascript_globals / sizeof *runner_javascript_globals;

const unsigned char runner_node_boot[] = {
#embed "node/boot.js" suffix(, 0)
};

/* In the order in which node/boot.js runs them. */
#define PART_OF(kind, name) {#kind, {#name, name, sizeof name}}

const struct runner_part runner_node[] = {
    PART_OF(realm, realm), PART_OF(realm, inspection), PART_OF(realm, values), PART_OF(realm, errors),
    PART_OF(realm, node_traces), PART_OF(realm, tokens), PART_OF(realm, transform), PART_OF(realm, rewriting),
    PART_OF(realm, modules), PART_OF(realm, loading), PART_OF(realm, timers), PART_OF(realm, steps),
    PART_OF(realm, exchanging), PART_OF(realm, programs), PART_OF(face, serving), PART_OF(globals, node_globals),
    PART_OF(globals, durations),
    PART_OF(globals, datetime), PART_OF(globals, dateformat), PART_OF(globals, stepscope),
    PART_OF(realm, node_process),
};
const size_t runner_node_count = sizeof runner_node / sizeof *runner_node;
