"""Random repositories whose diffs have everything that upsets readers of diffs."""

import random

from standins.demo_repository import write_repository
from standins.repository import Repository

# Lines that look like something else once a `+`, a `-` or a space stands before them.
AWKWARD = (
    "-- add a column", "-- a", "-- /dev/null", "-- b", "++ b", "++ a/x", "++i;", "--j;", "- item",
    "+ item", "@@ -1 +1 @@", "@@ -3,4 +5,6 @@ def f():", "-- a/file", "++ b/file",
    "diff --git a/x b/x", "\\ No newline at end of file", "", "", " ", "\t", "  ",
    "Binary files a and b differ", "line\u2028separator", "paragraph\u2029separator",
    "next\u0085line", "form\u000cfeed", "vertical\u000btab", "carriage\rreturn", "e\u0301 combining",
    "\u0301 begins with a mark", "한글 주석", "日本語", "emoji 😀🏽", "\u202eright to left", "\ufeffmark",
    "x" * 700, "-" * 40, "+" * 40, "--- a/inner", "+++ b/inner", "--- /dev/null", "\\",
)
WORDS = ("total", "order", "return", "if", "price", "None", "customer", "for", "in", "items", "=")
PATHS = (
    "src/main.py", "src/ünïcode.txt", "src/한글/파일.txt", "with space/a b.md", "deep/er/and/deeper.c",
    "quo\"te.txt", "back\\slash.txt", "e\u0301.txt", "a", "b/a", "-dash.txt", "src/tab.sql",
    "percent%2Fslash.txt", "hash#mark.txt", "question?.txt", "😀.txt", "Makefile", "x.ini",
)


class RandomRepository:
    """A merge request made from one seed: `base` and `head` hold path to (mode, bytes)."""

    def __init__(self, seed, folder):
        self.random = random.Random(seed)
        self.base = {}
        for path in self.random.sample(PATHS, self.random.randint(3, len(PATHS))):
            self.base[path] = ("100644", self.content())
        self.head = self.changed(self.base)
        path = folder / f"random-{seed}.git"
        write_repository(path, self._stream())
        self.repository = Repository(path)

    def line(self):
        if self.random.random() < 0.3:
            return self.random.choice(AWKWARD)
        return " ".join(self.random.choices(WORDS, k=self.random.randint(1, 6)))

    def content(self):
        kind = self.random.random()
        if kind < 0.05:
            return b""
        if kind < 0.1:
            return bytes(self.random.randrange(256) for _ in range(80)) + b"\0"
        lines = [self.line() for _ in range(self.random.choice((1, 2, 5, 20, 60, 120)))]
        return self.joined(lines)

    def joined(self, lines):
        ending = self.random.choice(("\n", "\n", "\n", "\r\n"))
        text = "".join(
            line + (self.random.choice(("\n", "\r\n")) if self.random.random() < 0.02 else ending)
            for line in lines)
        if lines and self.random.random() < 0.2:
            text = text[: -len(ending)] if text.endswith(ending) else text
        data = text.encode("utf-8")
        if self.random.random() < 0.04:
            data = data.replace(b"order", b"\xe9t\xe9")
        return data

    def changed(self, base):
        head, taken = {}, set(base)
        for path, (mode, data) in base.items():
            choice = self.random.random()
            if choice < 0.12:
                continue
            if choice < 0.2:
                head[path] = (mode, data)
                continue
            if choice < 0.25:
                head[path] = ("100755", data)
                continue
            if choice < 0.3:
                head[path] = ("120000", b"target")
                continue
            new_path = path
            if choice < 0.45:
                new_path = f"moved/{self.random.randint(1, 99)}-{path.rsplit('/', 1)[-1]}"
                if new_path in taken:
                    new_path = path
            head[new_path] = (mode, self.edited(data, self.random.choice((0, 1, 1, 2, 5))))
            taken.add(new_path)
        for number in range(self.random.randint(0, 3)):
            head[f"new/{number}.txt"] = ("100644", self.content())
        return head

    def edited(self, data, times):
        pieces = data.split(b"\n")
        for _ in range(times):
            at = self.random.randrange(len(pieces) + 1)
            size = self.random.choice((0, 0, 1, 1, 2, 7))
            fresh = [self.line().encode("utf-8") for _ in range(self.random.choice((0, 1, 1, 3, 9)))]
            pieces[at : at + size] = fresh
        edited = b"\n".join(pieces)
        if self.random.random() < 0.1:
            edited = edited.rstrip(b"\n")
        if self.random.random() < 0.05:
            edited = edited.replace(b"\r\n", b"\n")
        return edited

    def _stream(self):
        parts = []
        for branch, tree, time in (("main", self.base, 1), ("topic", self.head, 2)):
            parts.append(f"commit refs/heads/{branch}\ncommitter t <t@example.org> {time} +0000\n"
                         "data 1\nx\n".encode())
            if branch == "topic":
                parts.append(b"from refs/heads/main\ndeleteall\n")
            for path, (mode, data) in tree.items():
                name = path.replace("\\", "\\\\").replace('"', '\\"')
                parts.append(f'M {mode} inline "{name}"\ndata {len(data)}\n'.encode() + data + b"\n")
        parts.append(b"\n")
        return b"".join(parts)
