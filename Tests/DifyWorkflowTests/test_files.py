import json
import unittest

from workflow_support import WorkflowTestCase


class Files(WorkflowTestCase):
    def given(self, file, kind="document"):
        return {"type": kind, "transfer_method": "local_file", "upload_file_id": file["id"]}

    def test_a_file_reaches_a_script_with_its_text(self):
        key = self.app("form")
        status, _, file = self.upload(key, "Bericht.TXT", "grüß dich".encode())
        self.assertEqual(status, 201, file)
        self.assertEqual(
            list(file),
            ["id", "name", "size", "extension", "mime_type", "created_by", "created_at", "preview_url",
             "source_url", "original_url", "user_id", "tenant_id", "conversation_id", "file_key"])
        self.assertEqual((file["name"], file["size"], file["extension"], file["mime_type"]),
                         ("Bericht.TXT", 11, "txt", "text/plain"))
        _, _, body = self.run_flow(key, {"title": "t", "report": self.given(file)})
        seen = body["data"]["outputs"]["seen"]["report"]
        self.assertEqual(seen["dify_model_identity"], "__dify__file__")
        self.assertEqual((seen["filename"], seen["extension"], seen["type"], seen["text"], seen["base64"]),
                         ("Bericht.TXT", ".txt", "document", "grüß dich", None))
        self.assertEqual((seen["related_id"], seen["transfer_method"]), (file["id"], "local_file"))

    def test_bytes_that_are_no_text_come_as_base64(self):
        key = self.app("form")
        _, _, file = self.upload(key, "a.png", bytes([0x89, 0, 0xff]), "image/png")
        pages = [self.given(file, "image"),
                 {"type": "image", "transfer_method": "remote_url", "url": "https://example.com/x/b.jpg?y=1"}]
        _, _, body = self.run_flow(key, {"title": "t", "pages": pages})
        local, remote = body["data"]["outputs"]["seen"]["pages"]
        self.assertEqual((local["base64"], local["text"], local["type"]), ("iQD/", None, "image"))
        self.assertEqual((remote["filename"], remote["extension"], remote["url"]),
                         ("b.jpg", ".jpg", "https://example.com/x/b.jpg?y=1"))

    def test_a_file_is_its_user_s_and_its_app_s(self):
        key, other = self.app("form"), self.app("chain")
        _, _, file = self.upload(key, "a.txt", b"mine")
        status, _, body = self.run_flow(key, {"title": "t", "report": self.given(file)}, user="eve")
        self.assertEqual((status, body["code"], body["message"]), (400, "invalid_param", "Invalid upload file"))
        self.assertEqual(self.ask("GET", f"/v1/files/{file['id']}/preview", other)[0], 404)
        self.assertEqual(self.ask("GET", f"/v1/files/{file['id']}/preview", key)[2], "mine")

    def test_a_signed_address_is_good_for_its_file_alone(self):
        key = self.app("form")
        _, _, file = self.upload(key, "<b>.html", b"<script>", "text/html")
        status, headers, text = self.ask("GET", file["source_url"])
        self.assertEqual((status, text), (200, "<script>"))
        self.assertTrue(headers["Content-Disposition"].startswith("attachment"))
        self.assertEqual(headers["Content-Type"], "application/octet-stream")
        _, _, second = self.upload(key, "b.txt", b"other")
        wrong = file["source_url"].replace(file["id"], second["id"])
        self.assertEqual(self.ask("GET", wrong)[0], 403)
        self.assertEqual(self.ask("GET", file["source_url"].replace("timestamp=", "timestamp=9"))[0], 403)
        self.assertEqual(self.ask("GET", f"/files/{file['id']}/file-preview")[0], 403)

    def test_uploads_that_cannot_be_are_refused(self):
        key = self.app("form")
        more = (b"--" + b"x" * 30 + b'\r\nContent-Disposition: form-data; name="file"; filename="b.txt"\r\n'
                b"Content-Type: text/plain\r\n\r\ntwo\r\n")
        cases = [
            (self.upload(key, "a.txt", b"x", field="other"), 400, "no_file_uploaded"),
            (self.upload(key, "a.txt", b"x", more=more), 400, "too_many_files"),
            (self.upload(key, "..", b"x"), 400, "filename_not_exists_error"),
            (self.upload(key, "a.txt", b"x", kind="nonsense"), 415, "unsupported_file_type"),
            (self.upload(key, "a.txt", b"x" * (1 << 20) + b"y"), 413, "file_too_large"),
            (self.ask("POST", "/v1/files/upload", key, {"user": "ada"}), 400, "no_file_uploaded"),
        ]
        for (status, _, body), expected, code in cases:
            with self.subTest(code=code):
                self.assertEqual((status, body["code"], body["status"]), (expected, code, expected))
        self.assertEqual(self.upload(key, "../../etc/passwd", b"x")[2]["name"], "passwd")

    def test_a_file_beyond_the_limit_is_refused_before_it_is_read(self):
        connection = self.connect()
        connection.putrequest("POST", "/v1/files/upload")
        connection.putheader("Authorization", f"Bearer {self.app('form')}")
        connection.putheader("Content-Type", "multipart/form-data; boundary=x")
        connection.putheader("Content-Length", str(1 << 30))
        connection.endheaders()
        answer = connection.getresponse()
        self.assertEqual((answer.status, json.loads(answer.read())["code"]), (413, "file_too_large"))

    def test_files_of_one_app_together_have_a_limit(self):
        key = self.app("form")
        statuses = [self.upload(key, f"{n}.bin", bytes([n]) * (1 << 20), "application/octet-stream")[0]
                    for n in range(4)]
        self.assertEqual(statuses, [201, 201, 201, 413])
        self.assertEqual(self.upload(self.app("chain"), "a.txt", b"x")[0], 201)

    def test_what_is_large_is_not_put_into_the_inputs(self):
        self.stop()
        self.configuration = "workflow-api: {file-size: 4 MiB}\n"
        self.start()
        key = self.app("form")
        _, _, file = self.upload(key, "big.txt", b"x" * (2 << 20))
        _, _, body = self.run_flow(key, {"title": "t", "report": self.given(file)})
        seen = body["data"]["outputs"]["seen"]["report"]
        self.assertEqual((seen["text"], seen["base64"], seen["size"]), (None, None, 2 << 20))
        self.assertEqual(len(self.ask("GET", seen["url"])[2]), 2 << 20)

    def test_files_of_the_request_are_the_trigger_s(self):
        key = self.app("chain")
        _, _, file = self.upload(key, "a.txt", b"mine")
        _, _, body = self.run_flow(key, {"word": "x"}, files=[self.given(file)])
        _, _, shown = self.ask("GET", f"/v1/workflows/run/{body['task_id']}", key)
        self.assertEqual(json.loads(shown["inputs"])["sys.files"][0]["text"], "mine")


if __name__ == "__main__":
    unittest.main()
