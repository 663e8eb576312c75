// Forms that carry a file: what browsers send is read, and nothing else.
import Testing

@testable import Console

@Suite struct MultipartTests {
    private static let body = """
        --b1\r
        Content-Disposition: form-data; name="form_token"\r
        \r
        tok=en&\r
        --b1\r
        content-disposition: form-data; name="log"; filename="C:\\logs\\a%22b.tar"\r
        Content-Type: application/x-tar\r
        \r
        \r
        --b\r
        line\r\n
        """

    private static let end = "\r\n--b1--\r\n"

    private func read(_ text: String, _ boundary: String = "b1") -> Form? {
        Multipart.form(Array(text.utf8), boundary: boundary)
    }

    @Test func valuesAndFilesAreReadByteForByte() throws {
        let form = try #require(read(Self.body + Self.end))
        #expect(form["form_token"] == "tok=en&" && form.count == 2)
        let file = try #require(form.files["log"])
        #expect(file.name == "a\"b.tar", "without folders")
        #expect(file.bytes == Array("\r\n--b\r\nline\r\n".utf8), "also where it looks like a boundary")
        let empty = "--b1\r\nContent-Disposition: form-data; name=\"log\"; filename=\"\"\r\n\r\n\r\n--b1--\r\n"
        #expect(try #require(read(empty)).files.isEmpty, "no file was chosen")
        #expect(try #require(read("--b1--\r\n")) == Form())
    }

    @Test(
        "what is cut off or malformed is none",
        arguments: [
            "", "--b1", "--b1\r\n", "--b2\r\n\r\n", Self.body, Self.body + "\r\n--b1", "x" + Self.body + Self.end,
            "--b1\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b1--", "--b1\r\n\r\nx\r\n--b1--",
            "--b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n--b1--",
        ]
    )
    func malformed(_ text: String) { #expect(read(text) == nil) }

    @Test func textMustBeText() {
        let head = Array("--b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n".utf8)
        #expect(Multipart.form(head + [0xFF] + Array("\r\n--b1--".utf8), boundary: "b1") == nil)
        let many = String(
            repeating: "--b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n",
            count: Form.mostFields + 1
        )
        #expect(read(many + "--b1--\r\n") == nil)
    }

    @Test func aBoundaryIsWhatItMayBe() {
        #expect(Multipart.boundary("multipart/form-data; boundary=----Web1") == "----Web1")
        #expect(Multipart.boundary("multipart/form-data; charset=utf-8; Boundary=\"a b\"") == nil)
        #expect(Multipart.boundary("multipart/form-data; boundary=\"a:b\"") == "a:b")
        for wrong in [
            "multipart/form-data", "multipart/form-data; boundary=", "a; boundary=\(String(repeating: "x", count: 71))",
        ] {
            #expect(Multipart.boundary(wrong) == nil)
        }
    }
}
