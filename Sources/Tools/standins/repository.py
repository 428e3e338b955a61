"""What the stand-in knows about code: git plumbing over a real bare repository."""

import os
import subprocess
from dataclasses import dataclass

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
GIT_ENVIRONMENT = {
    "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/nonexistent", "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
}


class GitError(Exception):
    pass


@dataclass(frozen=True)
class FileDiff:
    """One file of a diff. `patch` begins at the first `@@` (or is git's `Binary files` line)."""

    old_path: bytes
    new_path: bytes
    old_mode: str
    new_mode: str
    status: str
    patch: bytes

    @property
    def is_new(self):
        return self.status == "A"

    @property
    def is_deleted(self):
        return self.status == "D"

    @property
    def is_renamed(self):
        return self.status == "R"

    @property
    def is_text(self):
        return self.patch.startswith(b"@@ ")


class Repository:
    def __init__(self, path):
        self.path = str(path)
        self._diffs = {}
        self._blobs = {}

    def git(self, *arguments):
        done = subprocess.run(
            ["git", "--git-dir", self.path, *arguments], env=GIT_ENVIRONMENT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            raise GitError(done.stderr.decode("utf-8", "replace").strip())
        return done.stdout

    def commit(self, name):
        """The commit's full name, or None when there is none."""
        try:
            return self.git("rev-parse", "--verify", "--quiet", "--end-of-options",
                            name + "^{commit}").decode().strip()
        except GitError:
            return None

    def merge_base(self, one, other):
        return self.git("merge-base", one, other).decode().strip()

    def commits(self, base, head):
        """Newest first: dictionaries with id, title, message, author_name, authored_date."""
        shape = "%H%x00%s%x00%B%x00%an%x00%aI%x00%P%x01"
        found = []
        for record in self.git("log", f"--format={shape}", f"{base}..{head}").split(b"\x01\n"):
            parts = record.decode("utf-8", "replace").split("\0")
            if len(parts) == 6:
                names = ("id", "title", "message", "author_name", "authored_date", "parents")
                found.append(dict(zip(names, parts)))
        return found

    def blob(self, commit, path):
        """The file's bytes at a commit (its full name), or None."""
        key = (commit, path)
        if key not in self._blobs:
            self._blobs[key] = self._read_blob(commit, path)
        return self._blobs[key]

    def _read_blob(self, commit, path):
        try:
            listing = self.git("ls-tree", "-z", "--full-tree", commit, "--", path)
        except GitError:
            return None
        for entry in listing.split(b"\0"):
            head, _, name = entry.partition(b"\t")
            if name == os.fsencode(path) and b" blob " in head:
                return self.git("cat-file", "blob", head.split()[2].decode())
        return None

    def raw_diff(self, base, head):
        return self.git("diff-tree", "-r", "-p", "--full-index", "-M30%", base, head)

    def diff(self, base, head):
        """Files of the diff in git's order, renames found at 30 % similarity."""
        key = (base, head)
        if key not in self._diffs:
            self._diffs[key] = self._read_diff(base, head)
        return self._diffs[key]

    def _read_diff(self, base, head):
        raw = self.git("diff-tree", "-r", "--raw", "-z", "--no-abbrev", "-M30%", base, head)
        fields = raw.split(b"\0")
        sections = _sections(self.raw_diff(base, head))
        files, at, section = [], 0, 0
        while at < len(fields) - 1:
            old_mode, new_mode, _, _, status = fields[at].decode().lstrip(":").split()
            old_path = new_path = fields[at + 1]
            at += 2
            if status[0] == "R":
                new_path = fields[at]
                at += 1
            if status[0] == "T":
                # A change of type (file to link) is two patches: the old one goes, the new comes.
                files.append(FileDiff(old_path, new_path, old_mode, "0", "D", sections[section]))
                files.append(FileDiff(old_path, new_path, "0", new_mode, "A", sections[section + 1]))
                section += 2
                continue
            files.append(FileDiff(
                old_path, new_path, _mode(old_mode), _mode(new_mode), status[0], sections[section]))
            section += 1
        return files


def _mode(mode):
    return "0" if mode == "000000" else mode


def _sections(patch):
    """The body of each file's patch: content lines never begin with `diff --git`."""
    bodies = []
    for piece in (b"\n" + patch).split(b"\ndiff --git ")[1:]:
        lines = (piece if piece.endswith(b"\n") else piece + b"\n").split(b"\n")
        start = next((number for number, line in enumerate(lines)
                      if line.startswith((b"@@ ", b"Binary files "))), None)
        bodies.append(b"" if start is None else b"\n".join(lines[start:]))
    return bodies
