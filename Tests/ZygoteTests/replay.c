/* Gives the files of the command line to the function that the fuzzer calls. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int count, char **paths)
{
    static uint8_t bytes[1 << 20];
    for (int index = 1; index < count; index++) {
        FILE *file = fopen(paths[index], "rb");
        if (file == NULL)
            return 2;
        size_t size = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        /* In a piece of memory of its own length, so that one byte too far is seen. */
        uint8_t *data = malloc(size + 1);
        if (data == NULL)
            return 2;
        memcpy(data, bytes, size);
        printf("%s\n", paths[index]);
        fflush(stdout);
        LLVMFuzzerTestOneInput(data, size);
        free(data);
    }
    return 0;
}
