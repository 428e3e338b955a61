"""The JSON that GitLab shows for users, projects, merge requests, diffs and notes."""


def shown_text(data):
    """GitLab shows what is not UTF-8 as if it were Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def user(text):
    name = text["username"]
    return {"id": text["id"], "username": name, "name": text.get("name", name), "state": "active",
            "locked": False, "avatar_url": None, "web_url": f"https://gitlab.invalid/{name}"}


def project(one, base_url):
    name = one.path.rsplit("/", 1)[-1]
    return {
        "id": one.id, "description": None, "name": name, "name_with_namespace": one.path,
        "path": name, "path_with_namespace": one.path, "default_branch": one.default_branch,
        "topics": [], "http_url_to_repo": f"{base_url}/{one.path}.git",
        "web_url": f"{base_url}/{one.path}", "visibility": "private", "empty_repo": False,
        "archived": False, "merge_requests_enabled": True,
    }


def merge_request(one, version, base_url, is_ready, notes, settings):
    web_url = f"{base_url}/{one.project.path}/-/merge_requests/{one.iid}"
    files = one.files(version)
    value = {
        "id": one.id, "iid": one.iid, "project_id": one.project.id, "title": one.title,
        "description": one.description, "state": one.state,
        "created_at": "2026-01-05T08:00:00.000Z", "updated_at": "2026-01-05T08:00:00.000Z",
        "target_branch": one.target_branch, "source_branch": one.source_branch,
        "user_notes_count": notes, "author": user(one.author), "assignees": [], "reviewers": [],
        "source_project_id": one.source_project_id, "target_project_id": one.project.id,
        "labels": [], "draft": one.is_draft, "work_in_progress": one.is_draft,
        "merge_status": "can_be_merged" if is_ready else "checking",
        "detailed_merge_status": "mergeable" if is_ready else "preparing",
        "sha": version.head, "merge_commit_sha": None, "squash_commit_sha": None,
        "prepared_at": "2026-01-05T08:00:02.000Z" if is_ready else None,
        "reference": f"!{one.iid}", "web_url": web_url, "has_conflicts": False,
        "blocking_discussions_resolved": True, "merge_user": None, "merged_at": None,
        "changes_count": _count(len(files)) if is_ready else None,
        "diff_refs": {"base_sha": version.base, "head_sha": version.head,
                      "start_sha": version.start} if is_ready else None,
    }
    if settings["old_version"]:
        for key in ("detailed_merge_status", "prepared_at", "merge_user"):
            del value[key]
    return value


def _count(number):
    return "1000+" if number > 1000 else str(number)


def version(one, merge_request_id, is_overflow):
    return {
        "id": one.number, "head_commit_sha": one.head, "base_commit_sha": one.base,
        "start_commit_sha": one.start, "created_at": "2026-01-05T08:00:02.000Z",
        "merge_request_id": merge_request_id, "state": "overflow" if is_overflow else "collected",
        "real_size": "1", "patch_id_sha": None,
    }


def diff(entry, settings, unidiff=False, expand=False):
    """One file of a diff. Collapsed and too large patches are empty and say so by their flags."""
    size = len(entry.patch)
    too_large = size > settings["too_large_bytes"]
    collapsed = not too_large and size > settings["collapse_bytes"] and not expand
    text = "" if too_large or collapsed else shown_text(entry.patch)
    old, new = shown_text(entry.old_path), shown_text(entry.new_path)
    if text.startswith("@@ ") and (unidiff or settings["old_version"]):
        before = "/dev/null" if entry.is_new else f"a/{old}"
        after = "/dev/null" if entry.is_deleted else f"b/{new}"
        text = f"--- {before}\n+++ {after}\n{text}"
    value = {
        "diff": text, "collapsed": collapsed, "too_large": too_large, "new_path": new,
        "old_path": old, "a_mode": entry.old_mode, "b_mode": entry.new_mode,
        "new_file": entry.is_new, "renamed_file": entry.is_renamed,
        "deleted_file": entry.is_deleted, "generated_file": False,
    }
    if settings["old_version"]:
        for key in ("collapsed", "too_large", "generated_file"):
            del value[key]
    return value


def note(one, merge_request_one):
    return {
        **one, "author": user(one["author"]), "noteable_id": merge_request_one.id,
        "noteable_type": "MergeRequest", "noteable_iid": merge_request_one.iid,
        "project_id": merge_request_one.project.id, "confidential": False, "internal": False,
        "attachment": None, "commands_changes": {},
    }


def discussion(one, merge_request_one):
    return {"id": one["id"], "individual_note": one["individual_note"],
            "notes": [note(each, merge_request_one) for each in one["notes"]]}


def commit(one):
    return {
        "id": one["id"], "short_id": one["id"][:8], "title": one["title"],
        "message": one["message"], "author_name": one["author_name"],
        "authored_date": one["authored_date"], "created_at": one["authored_date"],
        "parent_ids": one["parents"].split(),
    }
