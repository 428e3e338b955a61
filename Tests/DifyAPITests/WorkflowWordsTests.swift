import FlowModel
import HTTPListener
import JSONValue
import Journal
import Testing

@testable import DifyAPI

@Suite struct WorkflowWordsTests {
    // MARK: Forms of multipart

    private func form(_ body: String, type: String = "multipart/form-data; boundary=b")
        -> MultipartForm?
    {
        MultipartForm(
            HTTPRequest(
                method: "POST", target: "/", path: "/", headers: ["Content-Type": type],
                body: Array(body.utf8), id: "1"))
    }

    @Test func `a form is taken apart whatever its parts hold`() throws {
        let text =
            "--b\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\nada\r\n--b\r\n"
            + "content-disposition: form-data; name=file; filename=\"a\\\"b.txt\"; filename*=UTF-8''%C3%BC.txt\r\n"
            + "Content-Type: text/plain\r\n\r\n--b inside\r\n-- b\r\n\r\n--b--\r\n"
        let found = form(text)
        let read = try #require(found)

        #expect(read.text("user") == "ada")
        #expect(read.parts.count == 2)
        #expect(read.parts[1].fileName == "ü.txt")
        #expect(read.parts[1].text == "--b inside\r\n-- b\r\n")
        #expect(read.parts[1].type == "text/plain")
    }

    @Test(arguments: [
        "", "--b", "--b\r\n", "--b\r\n\r\n--b--", "--b\r\nX: y\r\n\r\nz\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\ncut off",
        "--b\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--b--",
    ])
    func `a form that is cut off or none is refused`(text: String) {
        #expect(form(text) == nil)
    }

    @Test func `a form of too many parts is refused`() {
        let part = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n"

        #expect(form(String(repeating: part, count: 64) + "--b--") != nil)
        #expect(form(String(repeating: part, count: 65) + "--b--") == nil)
        #expect(form(part + "--b--", type: "multipart/form-data") == nil)
        #expect(form(part + "--b--", type: "text/plain; boundary=b") == nil)
    }

    // MARK: Tokens

    @Test func `a token names its question and nobody makes another`() throws {
        let tokens = FormTokens(hostKey: [1])
        let token = tokens.token(RunID("261120-101500-1ak7"), StepPath("each[a/b]/ask"))

        let found = tokens.question(token)
        let question = try #require(found)
        #expect(question.run.text == "261120-101500-1ak7")
        #expect(question.step.text == "each[a/b]/ask")
        #expect(FormTokens(hostKey: [2]).question(token) == nil)
        for index in token.indices {
            var other = token
            other.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
            #expect(tokens.question(other) == nil)
        }
    }

    // MARK: Fields

    private func field(_ type: InputType, required: Bool = false) -> InputField {
        InputField(
            InputDeclaration(
                name: "it", type: type, isRequired: required, defaultValue: nil, summary: nil))
    }

    @Test func `values are read as Dify reads them`() throws {
        #expect(try field(.number).read(" 1.5 ") == 1.5)
        #expect(try field(.integer).read("7") == 7)
        #expect(try field(.number).read("  ") == .null)
        #expect(try field(.boolean).read("On") == true)
        #expect(try field(.boolean).read(0) == false)
        #expect(try field(.string).read("a\0b") == "ab")
        #expect(try field(.object).read("{\"a\":1}") == ["a": 1])
        #expect(try field(.file).read("") == .null)
        #expect(try field(.string).read(nil) == .null)
        #expect(throws: WorkflowFault.invalid("it is required in input form")) {
            try field(.number, required: true).read("")
        }
        #expect(throws: WorkflowFault.invalid("it in input form must be a valid number")) {
            try field(.number).read("nan")
        }
    }
}
