internal import Synchronization

/// What the fuzzer's engine calls with each input (https://llvm.org/docs/LibFuzzer.html).
///
/// A fuzzer is an executable with one function of C name `LLVMFuzzerInitialize` that calls `run`.
/// It is built only by `scripts/fuzz`.
package enum FuzzEntry {
    /// A struct around the closure: a bare one that is read through `Mutex` is wrapped once more at
    /// each reading, so that the millionth call would go through a million wrappers.
    fileprivate struct Body: Sendable {
        let call: @Sendable ([UInt8]) -> Void
    }

    fileprivate static let body = Mutex<Body?>(nil)

    /// Sets what is done with each input; a trap in it is a finding.
    package static func run(_ body: @escaping @Sendable ([UInt8]) -> Void) {
        Self.body.withLock { $0 = Body(call: body) }
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    FuzzEntry.body.withLock { $0 }?.call(bytes)
    return 0
}
