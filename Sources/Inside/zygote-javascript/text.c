#include "text.h"

#include <stdlib.h>
#include <string.h>

/* One code point, or -1 for a malformed sequence; `used` is what TextDecoder would replace as one. */
static int32_t decode_one(const unsigned char *at, size_t left, size_t *used)
{
    unsigned char first = at[0];
    *used = 1;
    if (first < 0x80)
        return first;
    size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4)
        return -1;
    unsigned char low = 0x80, high = 0xbf;
    if (first == 0xe0) low = 0xa0;
    if (first == 0xed) high = 0x9f;
    if (first == 0xf0) low = 0x90;
    if (first == 0xf4) high = 0x8f;
    int32_t point = first & (0x3f >> more);
    for (size_t index = 1; index <= more; index++) {
        if (index >= left || at[index] < low || at[index] > high)
            return -1;
        point = (point << 6) | (at[index] & 0x3f);
        *used = index + 1;
        low = 0x80;
        high = 0xbf;
    }
    return point;
}

static size_t ascii_length(struct zygote_bytes bytes)
{
    size_t length = 0;
    while (length < bytes.length && bytes.start[length] < 0x80 && bytes.start[length] != 0)
        length++;
    return length;
}

bool text_is_utf8(struct zygote_bytes bytes)
{
    for (size_t at = 0, used; at < bytes.length; at += used)
        if (decode_one(bytes.start + at, bytes.length - at, &used) < 0)
            return false;
    return true;
}

JSStringRef text_from_utf8(struct zygote_bytes bytes)
{
    size_t plain = ascii_length(bytes);
    if (plain == bytes.length) {
        /* Only ASCII: JavaScriptCore then keeps one byte per character. */
        char *copy = malloc(plain + 1);
        if (!copy)
            return JSStringCreateWithUTF8CString("");
        if (plain)
            memcpy(copy, bytes.start, plain);
        copy[plain] = 0;
        JSStringRef text = JSStringCreateWithUTF8CString(copy);
        free(copy);
        return text;
    }
    JSChar *units = malloc((bytes.length + 1) * sizeof *units);
    if (!units)
        return JSStringCreateWithUTF8CString("");
    size_t count = 0;
    for (size_t at = 0, used; at < bytes.length; at += used) {
        int32_t point = decode_one(bytes.start + at, bytes.length - at, &used);
        if (point < 0)
            point = 0xfffd;
        if (point >= 0x10000) {
            units[count++] = (JSChar)(0xd7c0 + (point >> 10));
            units[count++] = (JSChar)(0xdc00 + (point & 0x3ff));
        } else {
            units[count++] = (JSChar)point;
        }
    }
    JSStringRef text = JSStringCreateWithCharacters(units, count);
    free(units);
    return text;
}

static size_t encode_one(uint32_t point, unsigned char *to)
{
    if (point < 0x80) {
        to[0] = (unsigned char)point;
        return 1;
    }
    if (point < 0x800) {
        to[0] = (unsigned char)(0xc0 | (point >> 6));
        to[1] = (unsigned char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        to[0] = (unsigned char)(0xe0 | (point >> 12));
        to[1] = (unsigned char)(0x80 | ((point >> 6) & 0x3f));
        to[2] = (unsigned char)(0x80 | (point & 0x3f));
        return 3;
    }
    to[0] = (unsigned char)(0xf0 | (point >> 18));
    to[1] = (unsigned char)(0x80 | ((point >> 12) & 0x3f));
    to[2] = (unsigned char)(0x80 | ((point >> 6) & 0x3f));
    to[3] = (unsigned char)(0x80 | (point & 0x3f));
    return 4;
}

struct zygote_bytes text_to_utf8(JSStringRef text)
{
    size_t count = JSStringGetLength(text);
    const JSChar *units = JSStringGetCharactersPtr(text);
    size_t size = 1;
    for (size_t index = 0; index < count; index++)
        size += units[index] < 0x80 ? 1 : units[index] < 0x800 ? 2 : 3;
    unsigned char *bytes = malloc(size);
    if (!bytes)
        return (struct zygote_bytes){NULL, 0};
    size_t length = 0;
    for (size_t index = 0; index < count; index++) {
        uint32_t point = units[index];
        if (point >= 0xd800 && point <= 0xdfff) {
            bool paired = point < 0xdc00 && index + 1 < count && units[index + 1] >= 0xdc00 &&
                          units[index + 1] <= 0xdfff;
            point = paired ? 0x10000 + ((point - 0xd800) << 10) + (units[++index] - 0xdc00u) : 0xfffd;
        }
        length += encode_one(point, bytes + length);
    }
    bytes[length] = 0;
    return (struct zygote_bytes){bytes, length};
}

char *text_base64_encode(struct zygote_bytes bytes, bool url)
{
    const char *alphabet = url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                               : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *text = malloc(bytes.length / 3 * 4 + 5);
    if (!text)
        return NULL;
    size_t length = 0;
    for (size_t at = 0; at < bytes.length; at += 3) {
        size_t left = bytes.length - at;
        uint32_t group = (uint32_t)bytes.start[at] << 16;
        if (left > 1) group |= (uint32_t)bytes.start[at + 1] << 8;
        if (left > 2) group |= bytes.start[at + 2];
        text[length++] = alphabet[group >> 18];
        text[length++] = alphabet[(group >> 12) & 63];
        if (left > 1) text[length++] = alphabet[(group >> 6) & 63];
        else if (!url) text[length++] = '=';
        if (left > 2) text[length++] = alphabet[group & 63];
        else if (!url) text[length++] = '=';
    }
    text[length] = 0;
    return text;
}

static int base64_value(unsigned char character)
{
    if (character >= 'A' && character <= 'Z') return character - 'A';
    if (character >= 'a' && character <= 'z') return character - 'a' + 26;
    if (character >= '0' && character <= '9') return character - '0' + 52;
    if (character == '+' || character == '-') return 62;
    if (character == '/' || character == '_') return 63;
    return -1;
}

struct zygote_bytes text_base64_decode(struct zygote_bytes ascii, bool *clean)
{
    unsigned char *bytes = malloc(ascii.length / 4 * 3 + 4);
    *clean = true;
    if (!bytes)
        return (struct zygote_bytes){NULL, 0};
    size_t length = 0, digits = 0;
    uint32_t group = 0;
    for (size_t at = 0; at < ascii.length; at++) {
        unsigned char character = ascii.start[at];
        if (character == ' ' || (character >= '\t' && character <= '\r'))
            continue;
        int value = base64_value(character);
        if (value < 0) {
            *clean = character == '=';
            break;
        }
        group = (group << 6) | (uint32_t)value;
        if (++digits % 4 == 0) {
            bytes[length++] = (unsigned char)(group >> 16);
            bytes[length++] = (unsigned char)(group >> 8);
            bytes[length++] = (unsigned char)group;
            group = 0;
        }
    }
    if (digits % 4 == 1)
        *clean = false;
    if (digits % 4 == 2)
        bytes[length++] = (unsigned char)(group >> 4);
    if (digits % 4 == 3) {
        bytes[length++] = (unsigned char)(group >> 10);
        bytes[length++] = (unsigned char)(group >> 2);
    }
    return (struct zygote_bytes){bytes, length};
}
