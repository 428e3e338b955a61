"""Every way to a second process or thread. Each entry of the answer is something that worked."""
import ctypes
import multiprocessing
import os
import subprocess
import threading


def main(careful=False):
    done = []

    def attempt(name, act):
        try:
            result = act()
            if result == 0 and "fork" in name:
                os._exit(0)
            done.append(name)
        except (OSError, RuntimeError, subprocess.SubprocessError):
            pass

    libc = ctypes.CDLL(None, use_errno=True)

    def raw(*arguments):
        result = libc.syscall(*[ctypes.c_long(argument) for argument in arguments])
        if result < 0:
            raise OSError(ctypes.get_errno(), "raw")
        return result

    attempt("fork", os.fork)
    attempt("raw fork SIGCHLD", lambda: raw(56, 17, 0, 0, 0, 0))
    attempt("thread", lambda: threading.Thread(target=lambda: None).start())
    if careful:
        return sorted(set(done))
    attempt("forkpty", lambda: os.forkpty()[0])
    attempt("posix_spawn", lambda: os.posix_spawn("/bin/true", ["true"], {}))
    attempt("subprocess", lambda: subprocess.run(["/bin/true"], check=True))
    attempt("shell", lambda: subprocess.run("true", shell=True, check=True))
    attempt("exec", lambda: os.execve("/nonexistent", ["x"], {}) if False else raw(59, 0, 0, 0))
    attempt("multiprocessing", lambda: multiprocessing.Process(target=print).start())
    flags = {"parent": 0x8011, "pid": 0x20000011, "the zygote's own": 0x20008011,
             "user": 0x10000011, "nothing": 0, "vfork": 0x4111}
    for name, value in flags.items():
        attempt("raw fork " + name, lambda: raw(56, value, 0, 0, 0, 0))
    attempt("raw fork", lambda: raw(57))
    attempt("raw vfork", lambda: raw(58))
    attempt("raw fork clone3", lambda: raw(435, 0, 0))
    attempt("wait", lambda: os.waitpid(-1, os.WNOHANG))
    if os.system("exit 0") == 0:
        done.append("system")
    return sorted(set(done))
