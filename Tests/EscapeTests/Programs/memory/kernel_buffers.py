"""Has the kernel hold 16 MiB for it in the buffers of sockets, which no limit of memory counts."""
import socket

WANTED = 16 << 20


def main():
    pairs, held, piece = [], 0, bytes(65536)
    while held < WANTED:
        try:
            pairs.append(socket.socketpair())
        except OSError:
            break
        for end in pairs[-1]:
            end.setblocking(False)
            try:
                while True:
                    held += end.send(piece)
            except BlockingIOError:
                pass
    return ["%d MiB" % (held >> 20)] if held >= WANTED else []
