"""Installed packages of the host, importable behind everything that the runner and the library bring."""

PACKAGES = "/packages"


def install_packages(name):
    """Lets the script import them; nothing of them is imported here.

    Last on the path: a package can take the place of no module of the library.
    """
    if name is None:
        return None
    # Without a private root the process works in their folder.
    folder = PACKAGES if os.path.isdir(PACKAGES) else os.getcwd()
    if not os.path.isdir(folder):
        raise ScriptMistake("ImportError", f"the packages '{name}' cannot be seen: without namespaces every folder "
                            "above the host's data folder must be open to other users")
    sys.path.append(folder)
    return folder


def needs_machine_code(error):
    """The ImportError of a shared library behind `error`, or None."""
    for _ in range(20):
        if isinstance(error, ImportError) and ("shared object" in str(error) or str(error.path).endswith(".so")):
            return error
        error = error.__cause__ or error.__context__
        if error is None:
            return None
    return None
