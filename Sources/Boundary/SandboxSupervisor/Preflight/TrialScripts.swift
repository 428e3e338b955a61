/// What the doctor's trials run: one script for each promise, in each language.
enum TrialScripts {
    static let honest = (
        python: """
        import json, re, datetime, decimal, hashlib, random, uuid
        def main(number):
            text = json.dumps({'n': number, 'day': datetime.date(2026, 1, 2).isoformat()})
            assert re.search(r'\\d{4}', text) and hashlib.sha256(b'x').hexdigest()
            assert uuid.uuid4() != uuid.uuid4() and decimal.Decimal('0.1') * 10 == 1
            return json.loads(text)['n'] * 2 + 2
        """,
        javascript: """
        async function main({number}) {
          const text = JSON.stringify({n: number, day: new Date(Date.UTC(2026, 0, 2)).toISOString()});
          if (!/\\d{4}/.test(text) || new Map([[1, 2]]).get(1) !== 2) throw new Error(text);
          await new Promise((resolve) => setTimeout(resolve, 1));
          return JSON.parse(text).n * 2 + 2;
        }
        """
    )

    static let spin = (
        python: "def main(number):\n while True: pass",
        javascript: "function main() { for (;;) {} }"
    )

    static let sleep = (
        python: "import time\ndef main(number): time.sleep(60)",
        javascript: "const main = () => new Promise((resolve) => setTimeout(resolve, 60_000));"
    )

    static let greedy = (
        python: "def main(number):\n kept = []\n while True: kept.append(bytes(1 << 20))",
        javascript:
            "function main() { const kept = []; for (;;) kept.push(new Uint8Array(1 << 20).fill(1)); }"
    )

    /// Tries what every profile refuses, and lists what it reached.
    ///
    /// `canary` is a file of the doctor's that everybody may read, `mark` a value of its environment, or empty.
    static let curious = """
        def main(canary, mark):
            import os, socket, signal, sys
            reached = []
            def attempt(name, act):
                try:
                    act()
                    reached.append(name)
                except OSError:
                    pass
            for path in ('/etc/passwd', '/proc/self/status', '/sys/kernel', '/dev/null', canary):
                attempt(path, lambda: os.close(os.open(path, os.O_RDONLY)))
            attempt('a new file', lambda: open('/tmp/sluice-doctor', 'w'))
            attempt('the network', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            attempt('a host', lambda: socket.create_connection(('192.0.2.1', 80)))
            attempt('a raw socket', lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
            attempt('another process', lambda: os.kill(-1, 0))
            attempt('a process of its own', lambda: os.fork())
            attempt('another program', lambda: os.execv('/bin/sh', ['sh']))
            if mark and (mark in os.environ.values() or mark in ''.join(sys.orig_argv)):
                reached.append('the environment of the host')
            for number in range(4, 256):
                attempt('descriptor %d' % number, lambda: os.fstat(number))
            return reached
        """

    /// Run without the filter and without Landlock: what is left is the private root and the empty
    /// network.
    static let namespaced = """
        def main(canary, port, name):
            import ctypes, os, socket
            reached = []
            def attempt(name, act):
                try:
                    act()
                    reached.append(name)
                except OSError:
                    pass
            folders = ['/']
            for folder in folders:
                if len(folders) > 500:
                    break
                attempt('a new folder in ' + folder, lambda: os.mkdir(folder + '/sluice-doctor'))
                attempt('a new file in ' + folder, lambda: open(folder + '/sluice-doctor', 'w'))
                try:
                    folders += [entry.path for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
                except OSError:
                    pass
            for path in ('/etc', '/proc', '/sys', '/dev', '/tmp', '/root', '/home', canary):
                attempt(path, lambda: os.stat(path))
            def connect(family, address):
                with socket.socket(family) as one:
                    one.settimeout(1)
                    one.connect(address)
            attempt('a listener of the host by TCP', lambda: connect(socket.AF_INET, ('127.0.0.1', port)))
            attempt('a listener of the host by abstract name', lambda: connect(socket.AF_UNIX, '\\0' + name))
            attempt('another process', lambda: os.kill(-1, 0))
            attempt('number 1 of the host', lambda: os.kill(2, 0))
            attempt('the identity of root', lambda: os.setuid(0))
            attempt('a mount', lambda: mount(ctypes))
            return reached

        def mount(ctypes):
            library = ctypes.CDLL(None, use_errno=True)
            if library.mount(b'x', b'/', b'tmpfs', 0, None) != 0:
                raise OSError(ctypes.get_errno(), 'mount')
        """

    /// Run without the filter and without namespaces: what is left is Landlock.
    static let landlocked = """
        def main(canary):
            import os
            reached = []
            def attempt(name, act):
                try:
                    act()
                    reached.append(name)
                except OSError:
                    pass
            for path in ('/etc/passwd', '/proc/self/status', '/proc/self/maps', canary):
                attempt(path, lambda: os.close(os.open(path, os.O_RDONLY)))
            for path in ('/tmp/sluice-doctor', '/dev/shm/sluice-doctor', '/var/tmp/sluice-doctor'):
                attempt('a new file ' + path, lambda: os.close(os.open(path, os.O_WRONLY | os.O_CREAT)))
            attempt('a folder', lambda: os.listdir('/'))
            return reached
        """

    /// Every system call of a list, with arguments that harm nobody even where it works.
    static let walk = """
        import ctypes
        def main(numbers):
            libc = ctypes.CDLL(None, use_errno=True)
            minus = ctypes.c_long(-1)
            answers = []
            for number in numbers:
                result = libc.syscall(ctypes.c_long(number), minus, minus, minus, minus, minus, minus)
                answers.append(ctypes.get_errno() if result == -1 else 0)
            return answers
        """
}
