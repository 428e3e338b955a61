import HTTPListener
import Testing

@testable import DifyAPI

@Suite struct SandboxReadingTests {
    private func request(
        _ body: String, type: String? = "application/json", method: String = "POST",
        query: [HTTPQueryItem] = []
    ) -> HTTPRequest {
        var headers = HTTPFields()
        if let type { headers.set("Content-Type", type) }
        return HTTPRequest(
            method: method, target: "/v1/sandbox/run", path: "/v1/sandbox/run", query: query,
            headers: headers, body: Array(body.utf8), id: "r")
    }

    private func fault(_ request: HTTPRequest) -> RequestFields.Fault? {
        do throws(RequestFields.Fault) {
            _ = try RunRequest(request)
            return nil
        } catch {
            return error
        }
    }

    @Test func `members that nobody knows are passed over, and null is as if it were not there`()
        throws
    {
        let read = try RunRequest(
            request(
                #"{"language": "python3", "code": "1", "preload": null, "dependencies": [{}], "more": 1}"#
            ))
        #expect(read.language == "python3")
        #expect(read.code == "1")
        #expect(!read.wantsNetwork)
    }

    @Test func `names are read without case, and the last of them counts`() throws {
        let read = try RunRequest(
            request(#"{"code": "a", "Language": "nodejs", "CODE": "b", "enable_Network": true}"#))
        #expect(read.language == "nodejs")
        #expect(read.code == "b")
        #expect(read.wantsNetwork)
    }

    @Test(arguments: [
        ("", "EOF"), (" \n", "EOF"), (#"{"language": "python3""#, "unexpected EOF"),
        ("nonsense", "invalid character 'n' looking for beginning of value"),
        (
            #"{"language": 1, "code": "x"}"#,
            "json: cannot unmarshal number into Go struct field .language of type string"
        ),
        (
            #"{"language": "python3", "code": "x", "enable_network": "yes"}"#,
            "json: cannot unmarshal string into Go struct field .enable_network of type bool"
        ),
        (
            #"{"language": "python3", "code": "x", "preload": 1}"#,
            "json: cannot unmarshal number into Go struct field .preload of type string"
        ),
        (
            #"{"language": "python3"}"#,
            "Key: 'Code' Error:Field validation for 'Code' failed on the 'required' tag"
        ),
        (
            "null",
            "Key: 'Language' Error:Field validation for 'Language' failed on the 'required' tag\n"
                + "Key: 'Code' Error:Field validation for 'Code' failed on the 'required' tag"
        ),
    ])
    func `what is wrong is said in Go's words`(body: String, message: String) {
        #expect(fault(request(body)) == RequestFields.Fault(message: message, status: 400))
    }

    @Test func `the same wrong body under another content type has status 200`() {
        for type in ["application/json; charset=utf-8", "application/JSON"] {
            #expect(fault(request("{}", type: type))?.status == 200)
        }
        #expect(fault(request("{}", type: "text/plain"))?.status == 200)
        #expect(fault(request("{}", type: nil))?.status == 200)
    }

    @Test func `a form and its query are read as one, the form first`() throws {
        let form = request(
            "code=print%28%22a+b%22%29&language=python3&enable_network=T",
            type: "application/x-www-form-urlencoded",
            query: [HTTPQueryItem(name: "language", value: "nodejs")])
        let read = try RunRequest(form)
        #expect(read.language == "python3")
        #expect(read.code == #"print("a b")"#)
        #expect(read.wantsNetwork)
        let query = request(
            "", type: nil, method: "GET", query: [.init(name: "language", value: "x")])
        #expect(try DependencyRequest(query).language == "x")
        let wrong = request(
            "code=1&language=python3&enable_network=yes", type: "application/x-www-form-urlencoded")
        #expect(
            fault(wrong)?.message == "strconv.ParseBool: parsing \"yes\": invalid syntax")
    }

    @Test func `parts are read, files among them passed over`() throws {
        let body = [
            "--b", "Content-Disposition: form-data; name=\"language\"", "", "python3", "--b",
            "Content-Disposition: form-data; name=\"upload\"; filename=\"a\"", "", "x", "--b",
            "content-disposition: form-data; name=code", "Content-Type: text/plain", "",
            "print(1)\r\nprint(2)\n", "--b--", "",
        ].joined(separator: "\r\n")
        let read = try RunRequest(request(body, type: "multipart/form-data; boundary=b"))
        #expect(read.language == "python3")
        #expect(read.code == "print(1)\r\nprint(2)\n")
        #expect(
            fault(request(body, type: "multipart/form-data"))?.message
                == "no multipart boundary param in Content-Type")
        #expect(
            fault(request("--b\r\nx", type: "multipart/form-data; boundary=b"))?.message
                == "multipart: NextPart: EOF")
    }
}
