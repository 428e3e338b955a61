"""Discussions and their notes: in memory, and in a file when one is named."""

import hashlib
import json
import os
import re
from datetime import datetime, timezone

QUICK_ACTION = re.compile(
    r"^/(merge|close|reopen|approve|unapprove|assign|unassign|assign_reviewer|label|unlabel|title|"
    r"target_branch|rebase|draft|ready|lock|unlock|done|todo|milestone|submit_review|due|spend|"
    r"estimate|copy_metadata|confidential|award|subscribe|unsubscribe|request_review)\b",
    re.MULTILINE)
FENCES = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


class NoteStore:
    def __init__(self, path):
        self._path = path
        self.discussions = []
        self.quick_actions = []
        self._next = 1001
        if path and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                kept = json.load(file)
            self.discussions = kept["discussions"]
            self.quick_actions = kept["quick_actions"]
            self._next = kept["next"]

    def of(self, project_id, iid):
        return [one for one in self.discussions
                if (one["project_id"], one["iid"]) == (project_id, iid)]

    def find(self, project_id, iid, discussion_id):
        return next((one for one in self.of(project_id, iid) if one["id"] == discussion_id), None)

    def count(self):
        return sum(len(one["notes"]) for one in self.discussions)

    def open_discussion(self, project_id, iid, author, body, position, individual=False,
                        system=False):
        note = self._note(author, body, position, individual, system)
        discussion = {
            "id": hashlib.sha1(f"{project_id}/{iid}/{note['id']}".encode()).hexdigest(),
            "project_id": project_id, "iid": iid, "individual_note": individual, "notes": [note],
        }
        self.discussions.append(discussion)
        self._keep()
        return discussion

    def answer(self, discussion, author, body):
        first = discussion["notes"][0]
        note = self._note(author, body, first.get("position"), False, False)
        note["type"] = first["type"] or "DiscussionNote"
        discussion["individual_note"] = False
        discussion["notes"].append(note)
        self._keep()
        return note

    def _note(self, author, body, position, individual, system):
        # GitLab runs a line that begins with a command, outside code fences, and cuts it out.
        actions = [] if system else QUICK_ACTION.findall(FENCES.sub("", body))
        self.quick_actions.extend(actions)
        kind = "DiffNote" if position else (None if individual else "DiscussionNote")
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        note = {
            "id": self._next, "type": kind, "body": body, "author": author, "created_at": now,
            "updated_at": now, "system": system, "resolvable": not individual, "resolved": False,
        }
        if position:
            note["position"] = position
        self._next += 1
        return note

    def _keep(self):
        """The file is whole at any moment: a reader after a crash sees before or after."""
        if not self._path:
            return
        temporary = f"{self._path}.new"
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump({"discussions": self.discussions, "quick_actions": self.quick_actions,
                       "next": self._next}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self._path)
