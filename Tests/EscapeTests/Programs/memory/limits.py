"""Changes its own limits."""
import resource

from kit import attempts


def main():
    def change(kind):
        soft, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (hard, hard))

    return attempts({"address space": lambda: change(resource.RLIMIT_AS),
                     "files": lambda: change(resource.RLIMIT_NOFILE),
                     "core": lambda: change(resource.RLIMIT_CORE)})
