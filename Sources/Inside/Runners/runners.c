#include "runners.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

const unsigned char runner_python[] = {
#embed "python/runner.py" suffix(, 0)
};
const size_t runner_python_length = sizeof runner_python - 1;

const unsigned char runner_javascript[] = {
#embed "javascript/runner.js" suffix(, 0)
};
const size_t runner_javascript_length = sizeof runner_javascript - 1;
