/// How much of one thing the journal stores, in bytes of its JSON or text.
package struct JournalLimits: Sendable, Hashable {
    /// A step's output, a run's inputs, trigger, outputs or response: larger ones are refused.
    package var value: Int
    /// A step's input: of a larger one only its size is kept.
    package var input: Int
    /// Each of a script's two logs, an error's message and its traceback: the rest is cut.
    package var text: Int
    /// All files of a run's bundle together: larger ones are refused.
    package var bundle: Int

    package init(
        value: Int = 32 << 20, input: Int = 4 << 20, text: Int = 1 << 20, bundle: Int = 64 << 20
    ) {
        self.value = value
        self.input = input
        self.text = text
        self.bundle = bundle
    }
}
