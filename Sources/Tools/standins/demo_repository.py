"""Builds the demo's merge request: a bare repository and what the stand-ins need to know of it.

The folder then holds `repository.git`, `gitlab-world.json`, `llm-world.json`, `event.json` (the
webhook body of the merge request, as GitLab sends it) and `names.json` (ids, token, key).
"""

import json
import secrets
import subprocess

from standins import demo_files
from standins.repository import GIT_ENVIRONMENT, Repository

PROJECT_ID, PROJECT_PATH, IID = 41, "shop/orders", 7
BRANCH, TITLE = "faster-totals", "Total large orders faster"
FIRST_COMMIT_TIME = 1_767_600_000
WHO = b"Order service <orders@example.org>"


def build_demo(folder):
    """Writes everything under `folder`; the commits' names are the same each time."""
    folder.mkdir(parents=True, exist_ok=True)
    repository_path = folder / "repository.git"
    stream = history()
    write_repository(repository_path, stream)
    repository = Repository(repository_path)
    token, key = "demo-" + secrets.token_hex(12), "demo-" + secrets.token_hex(12)
    bot = {"id": 501, "username": "review-bot"}
    author = {"id": 502, "username": "orders-team"}
    worlds = {
        "gitlab-world.json": {
            "tokens": [{"token": token, "user": bot}],
            "projects": [{
                "id": PROJECT_ID, "path": PROJECT_PATH, "repository": str(repository_path),
                "merge_requests": [{"iid": IID, "title": TITLE, "source_branch": BRANCH,
                                    "author": author}]}],
        },
        "llm-world.json": {"api_key": key, "models": ["stand-in-reviewer"]},
        "event.json": event(repository, author),
        "names.json": {"project": PROJECT_ID, "project_path": PROJECT_PATH, "iid": IID,
                       "token": token, "api_key": key, "model": "stand-in-reviewer"},
    }
    for name, value in worlds.items():
        (folder / name).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n",
                                   encoding="utf-8")


def history():
    """All commits as one stream for `git fast-import`."""
    writer = _Stream()
    for message, files in demo_files.MAIN_COMMITS:
        writer.commit("main", message, files)
    writer.branch(BRANCH, "main")
    files = {}
    for _, written in demo_files.MAIN_COMMITS:
        files.update(written)
    for commit in demo_files.BRANCH_COMMITS:
        changed = dict(commit.get("files", {}))
        for path, before, after in commit["edits"]:
            if files[path].count(before) != 1:
                raise ValueError(f"the demo's edit of {path} does not fit its text: {before!r}")
            files[path] = changed[path] = files[path].replace(before, after)
        gone = list(commit.get("deletes", ()))
        for before, after in commit.get("renames", ()):
            files[after] = changed[after] = changed.pop(before, files[before])
            gone.append(before)
        writer.commit(BRANCH, commit["message"], changed, gone)
    writer.commit("main", *demo_files.LATER_ON_MAIN)
    return bytes(writer.data)


def write_repository(path, stream):
    """A new bare repository with the commits of a fast-import stream."""
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(path)],
                   env=GIT_ENVIRONMENT, check=True)
    subprocess.run(["git", "--git-dir", str(path), "fast-import", "--quiet"], input=stream,
                   env=GIT_ENVIRONMENT, check=True)


def event(repository, author):
    """The webhook body for the opening of the merge request."""
    head = repository.commit(BRANCH)
    last = repository.commits(repository.merge_base("main", BRANCH), head)[0]
    web_url = f"https://gitlab.invalid/{PROJECT_PATH}"
    project = {
        "id": PROJECT_ID, "name": "orders", "web_url": web_url, "namespace": "shop",
        "path_with_namespace": PROJECT_PATH, "default_branch": "main", "visibility_level": 0,
        "git_ssh_url": f"git@gitlab.invalid:{PROJECT_PATH}.git",
        "git_http_url": f"{web_url}.git",
    }
    return {
        "object_kind": "merge_request", "event_type": "merge_request",
        "user": {**author, "name": author["username"], "avatar_url": None, "email": "[REDACTED]"},
        "project": project,
        "repository": {"name": "orders", "url": project["git_ssh_url"], "homepage": web_url},
        "object_attributes": {
            "id": 9000 + IID, "iid": IID, "state": "opened", "action": "open", "title": TITLE,
            "description": "", "source_branch": BRANCH, "target_branch": "main",
            "source_project_id": PROJECT_ID, "target_project_id": PROJECT_ID,
            "author_id": author["id"], "assignee_ids": [], "reviewer_ids": [], "labels": [],
            "draft": False, "work_in_progress": False, "prepared_at": None,
            "merge_status": "checking", "detailed_merge_status": "preparing",
            "blocking_discussions_resolved": True, "url": f"{web_url}/-/merge_requests/{IID}",
            "source": project, "target": project,
            "last_commit": {
                "id": head, "title": last["title"], "message": last["message"],
                "timestamp": last["authored_date"], "url": f"{web_url}/-/commit/{head}",
                "author": {"name": last["author_name"], "email": "[REDACTED]"}},
        },
        "labels": [], "changes": {}, "assignees": [], "reviewers": [],
    }


class _Stream:
    def __init__(self):
        self.data = bytearray()
        self._time = FIRST_COMMIT_TIME

    def branch(self, name, start):
        self.data += f"reset refs/heads/{name}\nfrom refs/heads/{start}\n\n".encode()

    def commit(self, branch, message, files, gone=()):
        self._time += 3_600
        text = message.encode("utf-8")
        self.data += b"commit refs/heads/%s\ncommitter %s %d +0000\ndata %d\n%s\n" % (
            branch.encode(), WHO, self._time, len(text), text)
        for path in gone:
            self.data += b"D %s\n" % path.encode("utf-8")
        for path, content in files.items():
            content = content if isinstance(content, bytes) else content.encode("utf-8")
            self.data += b"M 100644 inline %s\ndata %d\n%s\n" % (
                path.encode("utf-8"), len(content), content)
        self.data += b"\n"
