"""A project of the stand-in and its merge requests, over a real repository."""

from dataclasses import dataclass

from standins import positions
from standins.diff_lines import read_diff_lines
from standins.repository import Repository


@dataclass(frozen=True)
class Version:
    number: int
    base: str
    start: str
    head: str


class Project:
    def __init__(self, text):
        self.id = text["id"]
        self.path = text["path"]
        self.default_branch = text.get("default_branch", "main")
        self.repository = Repository(text["repository"])
        self.merge_requests = {
            one["iid"]: MergeRequest(self, one) for one in text.get("merge_requests", [])}


class MergeRequest:
    def __init__(self, project, text):
        self.project = project
        self.iid = text["iid"]
        self.id = text.get("id", 9000 + self.iid)
        self.title = text.get("title", text["source_branch"])
        self.description = text.get("description", "")
        self.source_branch = text["source_branch"]
        self.target_branch = text.get("target_branch", project.default_branch)
        self.source_project_id = text.get("source_project_id", project.id)
        self.state = text.get("state", "opened")
        self.is_draft = text.get("draft", False)
        self.author = text.get("author", {"id": 502, "username": "author"})
        self.gets_until_ready = None
        self.versions = []

    def refresh(self):
        """Adds a version when a branch has moved; the newest is last."""
        repository = self.project.repository
        head = repository.commit(f"refs/heads/{self.source_branch}")
        start = repository.commit(f"refs/heads/{self.target_branch}")
        newest = self.versions[-1] if self.versions else None
        if newest is None or newest.head != head:
            base = repository.merge_base(start, head)
            self.versions.append(Version(len(self.versions) + 1, base, start, head))
        return self.versions[-1]

    def version_with(self, base, start, head):
        self.refresh()
        return next((one for one in self.versions
                     if (one.base, one.start, one.head) == (base, start, head)), None)

    def files(self, version):
        return self.project.repository.diff(version.base, version.head)

    def file_with(self, version, old_path, new_path):
        wanted = (old_path.encode("utf-8", "surrogatepass"),
                  new_path.encode("utf-8", "surrogatepass"))
        return next((one for one in self.files(version)
                     if (one.old_path, one.new_path) == wanted), None)

    def find_line(self, version, entry, position):
        if not entry.is_text:
            return None
        old_blob = None
        if not entry.is_new and not entry.is_deleted:
            old_blob = self.project.repository.blob(version.base, entry.old_path)
        return positions.find(entry.patch, position, old_blob)

    def line_with_code(self, version, entry, code):
        lines, _, _ = read_diff_lines(entry.patch)
        return next((line for line in lines if line.kind in ("new", "old", "context")
                     and positions.line_code(entry.new_path, line) == code), None)
