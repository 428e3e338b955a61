import LinuxSystem
import Testing

struct ErrnoTests {
    @Test func `an error is described by its sentence and its symbol`() {
        #expect(Errno.notPermitted.description == "Operation not permitted (EPERM)")
        #expect(Errno(4242).description == "errno 4242")
    }

    @Test func `an error is found by its symbol`() {
        #expect(Errno(name: "ENOSYS") == .noSuchCall)
        #expect(Errno(name: "ENOTHING") == nil)
    }
}
