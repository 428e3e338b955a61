import Testing

/// Tests that run scripts, one after the other.
///
/// Side by side they would measure how busy the machine is: half of them spin, and two cores are few.
@Suite(.serialized) enum ScriptRuns {}
