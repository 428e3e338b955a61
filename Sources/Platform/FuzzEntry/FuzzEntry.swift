internal import Synchronization

/// What the fuzzer's engine calls with each input (https://llvm.org/docs/LibFuzzer.html).
///
/// A fuzzer is an executable with one function of C name `LLVMFuzzerInitialize` that calls `run`.
/// It is built only by `scripts/fuzz`.
package enum FuzzEntry {
    fileprivate static let body = Mutex<(@Sendable ([UInt8]) -> Void)?>(nil)

    /// Sets what is done with each input; a trap in it is a finding.
    package static func run(_ body: @escaping @Sendable ([UInt8]) -> Void) {
        Self.body.withLock { $0 = body }
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    FuzzEntry.body.withLock { $0 }?(bytes)
    return 0
}
