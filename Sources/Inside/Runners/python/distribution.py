"""Packages of the distribution beside the language's own library: the listed ones, and no other.

Their extension modules must be here before the lock, for no shared library can be mapped after it. Of
what is pure Python, a script can still import what the profile's files show.
"""

import importlib.machinery

DISTRIBUTION = "/usr/lib/python3/dist-packages"

# Every script can render templates. All of it is loaded, so that no profile has to show its files.
TEMPLATES = """
jinja2 jinja2.debug jinja2.ext jinja2.loaders jinja2.meta jinja2.nativetypes jinja2.sandbox markupsafe
""".split()


class ListedPackages:
    """Finds the packages that the runner was told of; what else the machine has stays out of sight."""

    def __init__(self):
        self.names = []

    def find_spec(self, name, path=None, target=None):
        if path is None and name in self.names:
            return importlib.machinery.PathFinder.find_spec(name, [DISTRIBUTION], target)
        return None


listed_packages = ListedPackages()
sys.meta_path.append(listed_packages)


def extension_modules(package):
    """The names of a package's compiled modules, without those that only test it."""
    suffix = importlib.machinery.EXTENSION_SUFFIXES[0]
    for place in package.__path__:
        for folder, _, files in os.walk(place):
            inner = os.path.relpath(folder, place).replace("/", ".")
            for file in sorted(files):
                name = file.removesuffix(suffix)
                if name != file and not name.endswith("_tests") and "tests" not in inner.split("."):
                    yield ".".join((package.__name__, *([inner] if inner != "." else []), name))


# Libraries of the system that compiled packages of users are linked to; a script has no folder to find
# them in, and finds those that are loaded.
SYSTEM_LIBRARIES = "libpthread.so.0 libdl.so.2 librt.so.1 libutil.so.1 libm.so.6 libgcc_s.so.1 libstdc++.so.6".split()


def load_system_libraries():
    library = importlib.import_module("ctypes").CDLL
    for name in SYSTEM_LIBRARIES:
        try:
            library(name)
        except OSError:
            continue


# What libraries were told by the environment they know once they are loaded.
LASTING_ENVIRONMENT = {"LANG", "TZ", "LC_CTYPE"}


def load_packages(names):
    """Loads packages by name, each with all its extension modules; one that is not there raises."""
    for name in names.split():
        listed_packages.names.append(name)
        package = importlib.import_module(name)
        if hasattr(package, "__path__"):
            for inner in extension_modules(package):
                import_if_there(inner)
    if names:
        load_system_libraries()
    know_arrays()
    for name in set(os.environ) - LASTING_ENVIRONMENT:
        del os.environ[name]


def shown_packages():
    """Those whose files scripts can read."""
    return [name for name in listed_packages.names if name not in TEMPLATES]


def load_templates():
    listed_packages.names += [name for name in TEMPLATES if "." not in name]
    try:
        for name in TEMPLATES:
            importlib.import_module(name)
    except ImportError:  # a machine without it: scripts are told that there is no such module
        del listed_packages.names[:]


if HAS_WHOLE_LIBRARY:
    load_templates()
