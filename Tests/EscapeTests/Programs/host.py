"""The host that programs try to reach: servers on a port, a socket file and an abstract name.

Prints its port; the file and the name carry it too. Ends with its standard input.
"""
import contextlib
import os
import socket
import sys
import threading


def serve(server):
    server.listen()
    while True:
        connection, _ = server.accept()
        with contextlib.suppress(OSError):
            connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
        connection.close()


def main():
    tcp = socket.create_server(("127.0.0.1", 0))
    port = tcp.getsockname()[1]
    path = "/tmp/sluice-escape-%d.socket" % port
    file, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    file.bind(path)
    os.chmod(path, 0o777)
    abstract.bind("\0sluice-escape-%d" % port)
    for server in (tcp, file, abstract):
        threading.Thread(target=serve, args=(server,), daemon=True).start()
    print(port, flush=True)
    sys.stdin.read()
    os.unlink(path)


main()
