"""Unpacks a few hundred kilobytes into 80 MiB."""
import zlib


def main():
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(80)) + packer.flush()
    return ["%d MiB" % (len(zlib.decompress(packed)) >> 20)]
