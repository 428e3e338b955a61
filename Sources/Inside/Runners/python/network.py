"""The way out of a profile with a network: a proxy of the host, told to every client in its own way.

What can be reached is decided outside of this process. Here clients only learn where to ask, and why
they were refused.
"""

import base64
import urllib.parse

SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


def set_environment(proxy):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        os.environ[name] = os.environ[name.lower()] = proxy
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ""
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        os.environ[name] = SYSTEM_CERTIFICATES
    os.environ["HOME"] = "/"  # clients look for a .netrc there, and find none


def trust_also(certificates):
    """The host's owner has certificates of their own: whoever trusts the system's trusts these too."""
    import ssl

    load_certificates = ssl.SSLContext.load_verify_locations
    load_default_certificates = ssl.SSLContext.set_default_verify_paths

    def load_verify_locations(self, cafile=None, capath=None, cadata=None):
        load_certificates(self, cafile, capath, cadata)
        if cafile is not None and os.fspath(cafile) in (SYSTEM_CERTIFICATES, SYSTEM_CERTIFICATES.encode()):
            load_certificates(self, cadata=certificates)

    def set_default_verify_paths(self):
        load_default_certificates(self)
        load_certificates(self, cadata=certificates)

    ssl.SSLContext.load_verify_locations = load_verify_locations
    ssl.SSLContext.set_default_verify_paths = set_default_verify_paths


def head_of_answer(connection):
    """The first line and the rest up to the empty line, byte by byte: what follows is not ours."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte or len(head) > 65536:
            raise ConnectionResetError("the egress broker closed the connection")
        head += byte
    return head.split(b"\r\n", 1)[0].decode("latin-1")


def lead_through(proxy):
    """Clients that know no proxy (http.client, urllib3's pools, plain sockets) get a tunnel instead.

    A name is never looked up: the broker does that. TLS and HTTP are all that a tunnel carries.
    """
    import socket

    connect_socket, connect_socket_ex = socket.socket.connect, socket.socket.connect_ex
    find_addresses = socket.getaddrinfo
    parts = urllib.parse.urlsplit(proxy)
    broker = (parts.hostname, parts.port)
    credentials = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()

    def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
        if isinstance(host, bytes):
            host = host.decode("ascii")
        if host in (None, "", broker[0]) or family not in (0, socket.AF_INET):
            return find_addresses(host, port, family, type, proto, flags | socket.AI_NUMERICHOST)
        if isinstance(port, str) and not port.isdigit():
            port = {"http": 80, "https": 443}.get(port, port)
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, int(port or 0)))]

    def connect(self, address):
        if (self.family != socket.AF_INET or not isinstance(address, tuple) or tuple(address[:2]) == broker
                or self.type != socket.SOCK_STREAM):
            return connect_socket(self, address)
        host, port = address[:2]
        name = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        if self.gettimeout() == 0:
            raise PermissionError(1, f"cannot connect to {name} without waiting: use the proxy of HTTP_PROXY")
        connect_socket(self, broker)
        self.sendall(f"CONNECT {name} HTTP/1.1\r\nProxy-Authorization: Basic {credentials}\r\n\r\n".encode())
        line = head_of_answer(self)
        words = line.split(" ", 2)
        if words[1] != "200":
            raise (PermissionError(1, words[-1]) if words[1] == "403" else ConnectionRefusedError(111, words[-1]))

    def connect_ex(self, address):
        if tuple(address[:2]) == broker:
            return connect_socket_ex(self, address)
        try:
            connect(self, address)
        except OSError as error:
            return error.errno or 111
        return 0

    def gethostbyname(host):
        return host

    socket.getaddrinfo = getaddrinfo
    socket.gethostbyname = gethostbyname
    socket.socket.connect = connect
    socket.socket.connect_ex = connect_ex


def name_run_in_streams(proxy):
    """requests leaves the proxy's credentials out when it sends a body piece by piece; this is its own hook."""
    adapters = sys.modules.get("requests.adapters")
    if adapters is None:
        return

    def add_headers(self, request, **details):
        if request.url.startswith("http:") and "Content-Length" not in request.headers:
            request.headers.update(self.proxy_headers(proxy))

    adapters.HTTPAdapter.add_headers = add_headers


def go_online(proxy, certificates):
    set_environment(proxy)
    name_run_in_streams(proxy)
    if certificates:
        trust_also(certificates)
    lead_through(proxy)
