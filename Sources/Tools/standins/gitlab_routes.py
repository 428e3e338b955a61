"""The routes of the GitLab stand-in, each with the parameters it knows."""

import base64
import hashlib
import re

from standins import gitlab_entities as entities
from standins.http_service import Reply
from standins.parameters import PAGING, POSITION, Refused, boolean, one_of, required, text
from standins.positions import check_position

ROUTES = []


def route(method, pattern, **allowed):
    """`:name` in the pattern is one encoded path segment."""
    expression = re.compile(
        "/api/v4" + re.sub(r":(\w+)", r"(?P<\1>[^/]+)", pattern) + r"/?")

    def register(function):
        ROUTES.append((method, expression, allowed, function))
        return function

    return register


@route("GET", "/version")
def show_version(context):
    number = "15.6.8" if context.settings["old_version"] else "17.11.2"
    return Reply(200, {"version": number, "revision": "standin", "enterprise": False})


@route("GET", "/user")
def show_user(context):
    return Reply(200, entities.user(context.user))


@route("GET", "/projects/:project", statistics=boolean, license=boolean)
def show_project(context, project):
    return Reply(200, entities.project(context.project(project), context.request.base_url))


@route("GET", "/projects/:project/merge_requests", state=one_of(
    "opened", "closed", "locked", "merged", "all"), source_branch=text, target_branch=text, **PAGING)
def list_merge_requests(context, project):
    state = context.values.get("state", "all")
    rows = [one for _, one in sorted(context.project(project).merge_requests.items(), reverse=True)
            if state in ("all", one.state)
            and context.values.get("source_branch", one.source_branch) == one.source_branch
            and context.values.get("target_branch", one.target_branch) == one.target_branch]
    return context.paged(
        [context.show_merge_request(context.merge_request(project, str(one.iid))) for one in rows])


@route("GET", "/projects/:project/merge_requests/:iid", render_html=boolean,
       include_diverged_commits_count=boolean, include_rebase_in_progress=boolean)
def show_merge_request(context, project, iid):
    one = context.merge_request(project, iid)
    value = context.show_merge_request(one)
    one.gets_until_ready = max(0, one.gets_until_ready - 1)
    return Reply(200, value)


@route("GET", "/projects/:project/merge_requests/:iid/versions", **PAGING)
def list_versions(context, project, iid):
    one = context.merge_request(project, iid)
    rows = [] if one.gets_until_ready else one.versions[::-1]
    return context.paged(
        [entities.version(each, one.id, context.settings["overflow"]) for each in rows])


@route("GET", "/projects/:project/merge_requests/:iid/diffs", unidiff=boolean, **PAGING)
def list_diffs(context, project, iid):
    one = context.merge_request(project, iid)
    if context.settings["old_version"]:
        raise Refused(404, {"error": "404 Not Found"})
    files = [] if one.gets_until_ready else one.files(one.refresh())
    return context.paged([entities.diff(each, context.settings, context.values.get("unidiff"))
                          for each in files])


@route("GET", "/projects/:project/merge_requests/:iid/changes", unidiff=boolean,
       access_raw_diffs=boolean)
def show_changes(context, project, iid):
    one = context.merge_request(project, iid)
    files = [] if one.gets_until_ready else one.files(one.refresh())
    value = context.show_merge_request(one)
    value["changes"] = [
        entities.diff(each, context.settings, context.values.get("unidiff"),
                      expand=context.values.get("access_raw_diffs", False)) for each in files]
    value["overflow"] = context.settings["overflow"]
    return Reply(200, value)


@route("GET", "/projects/:project/merge_requests/:iid/raw_diffs")
def show_raw_diffs(context, project, iid):
    one = context.merge_request(project, iid)
    if context.settings["old_version"]:
        raise Refused(404, {"error": "404 Not Found"})
    version = one.refresh()
    return Reply(200, one.project.repository.raw_diff(version.base, version.head),
                 {"Content-Type": "text/plain"})


@route("GET", "/projects/:project/merge_requests/:iid/commits", **PAGING)
def list_commits(context, project, iid):
    one = context.merge_request(project, iid)
    version = one.refresh()
    return context.paged([entities.commit(each) for each in
                          one.project.repository.commits(version.base, version.head)])


def _file(context, project, file, ref):
    repository = context.project(project).repository
    commit = repository.commit(ref)
    if commit is None:
        raise Refused(404, {"message": "404 Commit Not Found"})
    data = repository.blob(commit, file)
    if data is None:
        raise Refused(404, {"message": "404 File Not Found"})
    return commit, data


@route("GET", "/projects/:project/repository/files/:file", ref=required(text))
def show_file(context, project, file):
    commit, data = _file(context, project, file, context.values["ref"])
    return Reply(200, {
        "file_name": file.rsplit("/", 1)[-1], "file_path": file, "size": len(data),
        "encoding": "base64", "content": base64.b64encode(data).decode(),
        "content_sha256": hashlib.sha256(data).hexdigest(), "ref": context.values["ref"],
        "commit_id": commit, "last_commit_id": commit, "execute_filemode": False,
        "blob_id": hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest(),
    })


@route("GET", "/projects/:project/repository/files/:file/raw", ref=text, lfs=boolean)
def show_raw_file(context, project, file):
    return Reply(200, _file(context, project, file, context.values.get("ref", "HEAD"))[1])


@route("GET", "/projects/:project/merge_requests/:iid/discussions", **PAGING)
def list_discussions(context, project, iid):
    one = context.merge_request(project, iid)
    return context.paged([entities.discussion(each, one)
                          for each in context.service.notes.of(one.project.id, one.iid)])


@route("POST", "/projects/:project/merge_requests/:iid/discussions", body=required(text),
       created_at=text, commit_id=text, position=POSITION)
def create_discussion(context, project, iid):
    one = context.merge_request(project, iid)
    body = context.check_body()
    position = context.values.get("position")
    if position is not None:
        check_position(position, one, context.settings)
    opened = context.service.notes.open_discussion(
        one.project.id, one.iid, context.user, body, position)
    return Reply(201, entities.discussion(opened, one))


@route("GET", "/projects/:project/merge_requests/:iid/discussions/:discussion")
def show_discussion(context, project, iid, discussion):
    one = context.merge_request(project, iid)
    return Reply(200, entities.discussion(_discussion(context, one, discussion), one))


def _discussion(context, one, name):
    found = context.service.notes.find(one.project.id, one.iid, name)
    if found is None:
        raise Refused(404, {"message": "404 Discussion Not Found"})
    return found


@route("POST", "/projects/:project/merge_requests/:iid/discussions/:discussion/notes",
       body=required(text), created_at=text)
def answer_discussion(context, project, iid, discussion):
    one = context.merge_request(project, iid)
    found = _discussion(context, one, discussion)
    note = context.service.notes.answer(found, context.user, context.check_body())
    return Reply(201, entities.note(note, one))


@route("GET", "/projects/:project/merge_requests/:iid/notes", sort=one_of("asc", "desc"),
       order_by=one_of("created_at", "updated_at"), activity_filter=one_of(
           "all_notes", "only_comments", "only_activity"), **PAGING)
def list_notes(context, project, iid):
    one = context.merge_request(project, iid)
    rows = [entities.note(note, one)
            for each in context.service.notes.of(one.project.id, one.iid) for note in each["notes"]]
    rows.sort(key=lambda row: row["id"], reverse=context.values.get("sort", "desc") == "desc")
    return context.paged(rows)


@route("POST", "/projects/:project/merge_requests/:iid/notes", body=required(text),
       created_at=text, confidential=boolean, internal=boolean, merge_request_diff_head_sha=text)
def create_note(context, project, iid):
    one = context.merge_request(project, iid)
    body = context.check_body()
    opened = context.service.notes.open_discussion(
        one.project.id, one.iid, context.user, body, None, individual=True)
    return Reply(201, entities.note(opened["notes"][0], one))
