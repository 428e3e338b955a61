"""The files beside the script, importable like any module; nothing is read from a disk."""

import importlib.abc
import importlib.machinery
import importlib.util
import posixpath


class SiblingModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the given sources under the folder of the script and under the flow's folder."""

    def __init__(self, sources, folders):
        self.sources = sources
        self.folders = folders

    def locate(self, name):
        """(path, is_package) of a module's file, or None."""
        place = name.replace(".", "/")
        for folder in self.folders:
            for path, is_package in ((f"{place}/__init__.py", True), (f"{place}.py", False)):
                full = posixpath.normpath(posixpath.join(folder, path))
                if full in self.sources:
                    return full, is_package
        return None

    def is_folder(self, name):
        place = name.replace(".", "/")
        return any(path.startswith(posixpath.normpath(posixpath.join(folder, place)) + "/")
                   for folder in self.folders for path in self.sources if path.endswith(".py"))

    def find_spec(self, name, path=None, target=None):
        found = self.locate(name)
        if found is not None:
            return self.spec(name, *found)
        if self.is_folder(name):  # a folder without __init__.py
            return self.spec(name, None, True)
        return None

    def spec(self, name, path, is_package):
        spec = importlib.machinery.ModuleSpec(name, self, origin=path, is_package=is_package)
        spec.has_location = False
        spec.loader_state = path
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        path = module.__spec__.loader_state
        if path is None:
            return
        module.__file__ = path
        text = source_text(self.sources[path], path)
        remember_source(path, text)
        exec(compile(text, path, "exec", dont_inherit=True), module.__dict__)


def source_text(source, file):
    """Decodes as Python does, the coding comment included; most sources have nothing to look for."""
    first_lines = b"\n".join(source.split(b"\n", 2)[:2])
    is_usual = b"coding" not in first_lines and b"\r" not in source and not source.startswith(b"\xef\xbb\xbf")
    try:
        text = source.decode() if is_usual else importlib.util.decode_source(source)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise ScriptMistake("SyntaxError", f"{file} is not valid text: {error}") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ScriptMistake("SyntaxError", f"{file} contains a NUL character in line {line}", line)
    return text


def install_siblings(modules, file):
    """Puts the script's neighbours in front of the library, as the script's folder is in Python."""
    sources = {posixpath.normpath(path): source for path, source in modules}
    if not sources:
        return None
    folder = "" if posixpath.isabs(file) else posixpath.dirname(file)
    finder = SiblingModules(sources, [folder, ""] if folder else [""])
    sys.meta_path.insert(2, finder)  # behind the builtin and the frozen modules
    for path in (one for one in sources if one.endswith(".py")):
        name = path.removeprefix(f"{folder}/").split("/")[0].removesuffix(".py")
        if name in sys.modules and name not in sys.builtin_module_names and name.isidentifier():
            for known in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
                del sys.modules[known]
    return finder
