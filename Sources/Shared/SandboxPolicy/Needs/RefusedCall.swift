/// A call that a profile does not allow, as the script made it.
package struct RefusedCall: Sendable, Hashable {
    /// Nil for a number that no call has.
    package let call: String?
    package let number: UInt32
    /// The six argument registers; pointers among them belong to the script and say nothing.
    package let registers: [UInt64]
    package let count: Int
    /// Lines of the script that were running, as far as its runner tells.
    package let lines: [Int]

    package init(
        call: String?, number: UInt32, registers: [UInt64], count: Int, lines: [Int] = []
    ) {
        self.call = call
        self.number = number
        self.registers = registers
        self.count = count
        self.lines = lines
    }
}
