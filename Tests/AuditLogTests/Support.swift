// What these suites share. Learns nothing of the code under test.

struct Absent: Error {}

/// The value, or a failure of the test: as `#require`, but it nests.
func need<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Absent() }
    return value
}
