/// `Synchronization.Atomic` over a lock that the thread sanitizer sees; the orderings are taken and ignored.
package struct Atomic<Value: Sendable>: ~Copyable, Sendable {
    private let value: Mutex<Value>

    package init(_ value: Value) { self.value = Mutex(value) }

    package borrowing func load(ordering: AtomicLoadOrdering) -> Value { value.withLock { $0 } }

    package borrowing func store(_ desired: Value, ordering: AtomicStoreOrdering) {
        value.withLock { $0 = desired }
    }
}

extension Atomic where Value: FixedWidthInteger {
    @discardableResult
    package borrowing func wrappingAdd(
        _ operand: Value, ordering: AtomicUpdateOrdering
    ) -> (oldValue: Value, newValue: Value) {
        value.withLock { value in
            let old = value
            value &+= operand
            return (old, value)
        }
    }

    @discardableResult
    package borrowing func add(
        _ operand: Value, ordering: AtomicUpdateOrdering
    ) -> (oldValue: Value, newValue: Value) {
        value.withLock { value in
            let old = value
            value += operand
            return (old, value)
        }
    }

    @discardableResult
    package borrowing func subtract(
        _ operand: Value, ordering: AtomicUpdateOrdering
    ) -> (oldValue: Value, newValue: Value) {
        value.withLock { value in
            let old = value
            value -= operand
            return (old, value)
        }
    }
}

package enum AtomicLoadOrdering: Sendable {
    case relaxed
    case acquiring
    case sequentiallyConsistent
}

package enum AtomicStoreOrdering: Sendable {
    case relaxed
    case releasing
    case sequentiallyConsistent
}

package enum AtomicUpdateOrdering: Sendable {
    case relaxed
    case acquiring
    case releasing
    case acquiringAndReleasing
    case sequentiallyConsistent
}
