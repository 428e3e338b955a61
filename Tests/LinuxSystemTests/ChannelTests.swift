import Testing

@testable import LinuxSystem

struct ChannelTests {
    @Test func `a pipe carries bytes, then nothing for now, then its end`() throws {
        var pipe: Pipe? = try Pipe()
        let reader = try #require(pipe).readEnd
        try reader.descriptor.setNonBlocking()
        var bytes: [UInt8] = []

        #expect(try pipe?.writeEnd.descriptor.write([1, 2, 3], from: 1) == 2)
        #expect(try reader.descriptor.read(upTo: 10, into: &bytes) == .bytes(2))
        #expect(bytes == [2, 3])
        #expect(try reader.descriptor.read(upTo: 10, into: &bytes) == .wouldBlock)
        pipe = nil
        #expect(try reader.descriptor.read(upTo: 10, into: &bytes) == .end)
    }

    @Test func `writing what nobody reads is an error and not the end of the process`() throws {
        ignoreBrokenPipes()
        var pipe: Pipe? = try Pipe()
        let writer = try #require(pipe).writeEnd
        pipe = nil

        #expect(throws: Errno.brokenPipe) { try writer.descriptor.write([1], from: 0) }
    }

    @Test func `a full pipe takes no more for now`() throws {
        let pipe = try Pipe()
        try pipe.writeEnd.descriptor.setNonBlocking()
        let block = [UInt8](repeating: 0, count: 1 << 20)
        let taken = try #require(try pipe.writeEnd.descriptor.write(block, from: 0))

        #expect(taken > 0 && taken < block.count)
        #expect(try pipe.writeEnd.descriptor.write(block, from: taken) == nil)
    }

    @Test func `messages stay apart, and the end is an empty one`() throws {
        var pair: (near: MessageSocket, far: MessageSocket)? = try MessageSocket.pair()
        let near = try #require(pair).near
        try pair?.far.send([1])
        try pair?.far.send([2, 3])
        pair = nil

        #expect(try near.receive(upTo: 10)?.bytes == [1])
        #expect(try near.receive(upTo: 10)?.bytes == [2, 3])
        #expect(try near.receive(upTo: 10)?.bytes == [])
    }

    @Test func `a poller names what is ready and returns when the time is over`() throws {
        let poller = try Poller()
        let pipe = try Pipe()
        try poller.watch(pipe.readEnd.descriptor, for: .read, as: 42)

        #expect(try poller.wait(until: .now + .milliseconds(1)) == [])
        _ = try pipe.writeEnd.descriptor.write([1], from: 0)
        #expect(try poller.wait(until: nil).map(\.token) == [42])
        try poller.stopWatching(pipe.readEnd.descriptor)
        #expect(try poller.wait(until: .now) == [])
    }

    @Test func `a mailbox keeps order, and takes nothing once it is closed`() throws {
        let mailbox = try Mailbox<Int>()

        #expect(mailbox.post(1) && mailbox.post(2))
        #expect(!mailbox.closeIfEmpty())
        #expect(mailbox.take() == [1, 2])
        #expect(mailbox.closeIfEmpty())
        #expect(!mailbox.post(3))
    }
}
