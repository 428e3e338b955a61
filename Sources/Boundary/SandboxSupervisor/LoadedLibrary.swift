import FlowModel
import SandboxPolicy

/// How much of Python's library a zygote has loaded.
///
/// A script process copies and tears down what its zygote holds, so most scripts are better off with
/// less. With the usual modules the others can be imported all the same, from the files of the library,
/// but for packages beside it and for what needs an extension module that only the whole library has
/// mapped (`WHOLE_ONLY` in preload.py): a script that names one of those gets the whole library.
enum LoadedLibrary: String, Sendable, Hashable {
    case usual, whole

    /// What this script is served best with.
    init(for work: ScriptWork, under profile: ResolvedProfile) {
        guard work.language == .python, work.packages == nil,
            profile.files.allSatisfy(Self.usualFiles.contains),
            profile.files.contains(FileSet.runtimeLibrary.rawValue)
        else {
            self = .whole
            return
        }
        let sources = [work.source] + work.modules.map(\.source)
        self = sources.contains(where: Self.namesOthers) ? .whole : .usual
    }

    private static let usualFiles: Set<String> = [
        FileSet.runtimeLibrary.rawValue, FileSet.zoneinfo.rawValue,
    ]

    /// Words of Python sources that speak of modules which only the whole library has loaded.
    private static let otherWords: Set<[UInt8]> = Set(
        """
        __import__ _asyncio _bz2 _ctypes _lsprof _lzma _multiprocessing _queue _sqlite3 _ssl async asyncio
        audioop await argparse bz2 cProfile cgi cgitb concurrent configparser
        ctypes distutils email ensurepip eval exec ftplib getpass http imaplib importlib jinja2 locale
        logging lzma markupsafe mimetypes mmap multiprocessing nntplib pickle pipes pkgutil poplib profile
        pty queue request resource robotparser runpy selectors shutil smtplib socket socketserver sqlite3
        ssl subprocess tarfile tempfile termios tomllib tty unittest venv webbrowser wsgiref xml xmlrpc
        zipapp zipfile
        """.split { $0.isWhitespace }.map { Array($0.utf8) })
    private static let firstLetters = Set(otherWords.compactMap(\.first))

    /// A long source is not searched: it can afford the whole library.
    private static func namesOthers(_ source: [UInt8]) -> Bool {
        guard source.count <= 64 << 10 else { return true }
        var start: Int?
        for index in 0...source.count {
            let isInside = index < source.count && isPartOfName(source[index])
            if isInside {
                start = start ?? index
            } else if let begin = start {
                start = nil
                if firstLetters.contains(source[begin]),
                    otherWords.contains(Array(source[begin..<index]))
                {
                    return true
                }
            }
        }
        return false
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: byte >= 0x80
        }
    }
}
