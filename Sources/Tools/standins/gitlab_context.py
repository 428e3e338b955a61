"""One request to the GitLab stand-in on its way: what the route functions ask for."""

import re
from urllib.parse import urlencode

from standins import gitlab_entities as entities
from standins.http_service import Reply
from standins.parameters import Refused
from standins.positions import refuse_note

LONGEST_NOTE = 1_000_000


class Context:
    def __init__(self, service, request, token, values):
        self.service, self.request, self.values = service, request, values
        self.user = token["user"]
        self.allowed_projects = token.get("projects")
        self.settings = service.settings

    def project(self, name):
        for one in self.service.projects:
            if name in (str(one.id), one.path):
                if self.allowed_projects is None or one.id in self.allowed_projects:
                    return one
        raise Refused(404, {"message": "404 Project Not Found"})

    def merge_request(self, project, iid):
        if not re.fullmatch(r"\d+", iid):
            raise Refused(400, {"error": "merge_request_iid is invalid"})
        found = self.project(project).merge_requests.get(int(iid))
        if found is None:
            raise Refused(404, {"message": "404 Not found"})
        found.refresh()
        if found.gets_until_ready is None:
            found.gets_until_ready = self.settings["not_ready"]
        return found

    def paged(self, rows):
        size = max(1, min(self.values.get("per_page", 20), 100, self.settings["page_size"]))
        page = max(1, self.values.get("page", 1))
        last = max(1, -(-len(rows) // size))
        headers = {}
        links = {"first": 1, "last": last}
        if page < last:
            links["next"] = page + 1
        if page > 1:
            links["prev"] = page - 1
        others = [(name, value) for name, value in self.request.query if name != "page"]
        headers["Link"] = ", ".join(
            f"<{self.request.base_url}{self.request.path}?"
            f"{urlencode([*others, ('page', number)])}>; rel=\"{name}\""
            for name, number in links.items())
        if not self.settings["link_only"]:
            headers |= {"x-page": page, "x-per-page": size, "x-total": len(rows),
                        "x-total-pages": last, "x-next-page": links.get("next", ""),
                        "x-prev-page": links.get("prev", "")}
        return Reply(200, rows[(page - 1) * size : page * size], headers)

    def show_merge_request(self, one):
        notes = sum(len(each["notes"]) for each in self.service.notes.of(one.project.id, one.iid))
        return entities.merge_request(
            one, one.refresh(), self.request.base_url, one.gets_until_ready == 0, notes,
            self.settings)

    def check_body(self):
        body = self.values["body"]
        if not body.strip():
            refuse_note(self.settings, 'note{arrow}["can\'t be blank"]')
        if len(body) > LONGEST_NOTE:
            refuse_note(
                self.settings, 'note{arrow}["is too long (maximum is 1000000 characters)"]')
        self.service.count_note()
        return body
