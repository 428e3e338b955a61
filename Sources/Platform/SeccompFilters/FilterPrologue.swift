/// One `struct sock_filter` of classic BPF, <linux/filter.h>.
struct BPFInstruction: Sendable, Hashable {
    static let size = 8
    var code: UInt16
    var jumpTrue: UInt8 = 0
    var jumpFalse: UInt8 = 0
    var constant: UInt32

    var bytes: [UInt8] {
        [UInt8(code & 0xff), UInt8(code >> 8), jumpTrue, jumpFalse]
            + (0..<4).map { UInt8(truncatingIfNeeded: constant >> ($0 * 8)) }
    }

    /// The instruction at `index` of a program in the byte order of this machine, which is little
    /// endian on both architectures that Sluice runs on.
    init(program: [UInt8], index: Int) {
        let start = index * Self.size
        func byte(_ offset: Int) -> UInt32 { UInt32(program[start + offset]) }
        code = UInt16(byte(0) | byte(1) << 8)
        jumpTrue = program[start + 2]
        jumpFalse = program[start + 3]
        constant = byte(4) | byte(5) << 8 | byte(6) << 16 | byte(7) << 24
    }

    init(code: UInt16, jumpTrue: UInt8 = 0, jumpFalse: UInt8 = 0, constant: UInt32) {
        self.code = code
        self.jumpTrue = jumpTrue
        self.jumpFalse = jumpFalse
        self.constant = constant
    }
}

/// Opcodes of <linux/bpf_common.h> that filters are made of.
enum BPFCode {
    static let loadWord: UInt16 = 0x20  // BPF_LD | BPF_W | BPF_ABS
    static let jump: UInt16 = 0x05  // BPF_JMP | BPF_JA
    static let and: UInt16 = 0x54  // BPF_ALU | BPF_AND | BPF_K
    static let jumpEqual: UInt16 = 0x15  // BPF_JMP | BPF_JEQ | BPF_K
    static let jumpGreater: UInt16 = 0x25  // BPF_JMP | BPF_JGT | BPF_K
    static let jumpAtLeast: UInt16 = 0x35  // BPF_JMP | BPF_JGE | BPF_K
    static let `return`: UInt16 = 0x06  // BPF_RET | BPF_K
}

/// What the kernel does with a call, <linux/seccomp.h>.
enum KernelAction {
    static let killProcess: UInt32 = 0x8000_0000
    static let killThread: UInt32 = 0
    static let trap: UInt32 = 0x0003_0000
    static let error: UInt32 = 0x0005_0000
    static let notify: UInt32 = 0x7fc0_0000
    static let trace: UInt32 = 0x7ff0_0000
    static let log: UInt32 = 0x7ffc_0000
    static let allow: UInt32 = 0x7fff_0000
    static let actionMask: UInt32 = 0xffff_0000
    static let dataMask: UInt32 = 0x0000_ffff
}

/// Instructions in front of the search for the call.
///
/// They hold whatever the rules say: another architecture's calls (`int 0x80`) and x32 numbers kill
/// the process, and numbers above the newest known call answer ENOSYS without asking anybody, so
/// that a newer kernel's calls are absent until somebody has thought about them.
enum FilterPrologue {
    /// First number of the x32 table; also catches -1.
    static let firstX32Number: UInt32 = 0x4000_0000
    private static let noSuchCall: UInt32 = 38  // ENOSYS
    private static let numberOffset: UInt32 = 0  // offsetof(struct seccomp_data, nr)
    private static let architectureOffset: UInt32 = 4  // offsetof(struct seccomp_data, arch)

    static func instructions(architecture: UInt32, newest: UInt32) -> [BPFInstruction] {
        [
            BPFInstruction(code: BPFCode.loadWord, constant: architectureOffset),
            BPFInstruction(code: BPFCode.jumpEqual, jumpTrue: 1, constant: architecture),
            BPFInstruction(code: BPFCode.return, constant: KernelAction.killProcess),
            BPFInstruction(code: BPFCode.loadWord, constant: numberOffset),
            BPFInstruction(code: BPFCode.jumpAtLeast, jumpFalse: 1, constant: firstX32Number),
            BPFInstruction(code: BPFCode.return, constant: KernelAction.killProcess),
            BPFInstruction(code: BPFCode.jumpGreater, jumpFalse: 1, constant: newest),
            BPFInstruction(code: BPFCode.return, constant: KernelAction.error | noSuchCall),
        ]
    }
}
