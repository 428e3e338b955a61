"""Every way to leave something behind. Each entry of the answer is something that worked."""
import os
import tempfile

FOLDERS = ["/tmp", "/dev/shm", "/var/tmp", "/run/lock", "/", ".", "/usr/lib/python3.11",
           "/usr/share/zoneinfo", "/usr/lib/python3.11/json"]


def main():
    done = []

    def attempt(name, act):
        try:
            act()
            done.append(name)
        except (OSError, FileNotFoundError):
            pass

    for folder in FOLDERS:
        path = os.path.join(folder, "sluice-escape")
        attempt("create in " + folder, lambda: os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)))
        attempt("unlink in " + folder, lambda: os.unlink(path))
        attempt("unnamed in " + folder, lambda: os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600))
        attempt("mkdir in " + folder, lambda: os.mkdir(path))
        attempt("rmdir in " + folder, lambda: os.rmdir(path))
        attempt("symlink in " + folder, lambda: os.symlink("/etc/passwd", path))
        attempt("unlink in " + folder, lambda: os.unlink(path))
        attempt("fifo in " + folder, lambda: os.mkfifo(path))
        attempt("unlink in " + folder, lambda: os.unlink(path))
    library = tempfile.__file__
    attempt("append to the library", lambda: open(library, "a"))
    attempt("truncate the library", lambda: os.truncate(library, os.stat(library).st_size))
    attempt("chmod the library", lambda: os.chmod(library, 0o644))
    attempt("utime the library", lambda: os.utime(library))
    attempt("rename the library", lambda: os.rename(library, library))
    attempt("link the library", lambda: os.link(library, "/tmp/sluice-escape-link"))
    attempt("temporary file", lambda: tempfile.TemporaryFile())
    attempt("memory file", lambda: os.memfd_create("x"))
    attempt("xattr", lambda: os.setxattr(library, "user.x", b"1"))
    attempt("chdir", lambda: os.chdir("/usr"))
    return sorted(set(done))
