/// The members of a JSON object, in the order in which they were written.
///
/// A key occurs once. Keys are compared by their bytes. Reading a member takes constant time however
/// many there are; removing one takes time in proportion to their number.
package struct JSONObject: Sendable {
    package typealias Member = (key: String, value: JSON)

    package private(set) var members: [Member] = []
    private var index = JSONKeyIndex()

    package init() {}

    /// An empty object with room for so many members.
    package init(capacity: Int) { members.reserveCapacity(capacity) }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    package var keys: [String] { members.map(\.key) }

    /// Setting nil removes the member; setting an existing key keeps its place.
    package subscript(key: String) -> JSON? {
        get {
            guard let place = index.place(of: key, in: members) else { return nil }
            return members[place].value
        }
        set {
            switch (index.place(of: key, in: members), newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil):
                members.remove(at: place)
                index.rebuild(for: members)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Adds a member at the end and answers true; answers false and changes nothing when the key is there.
    package mutating func appendNew(_ key: String, _ value: JSON) -> Bool {
        guard index.place(of: key, in: members) == nil else { return false }
        append(key, value)
        return true
    }

    /// Adds a member whose key is known to be new.
    mutating func append(_ key: String, _ value: JSON) {
        members.append((key, value))
        index.lastWasAppended(to: members)
    }
}

extension JSONObject: Sequence {
    package func makeIterator() -> IndexingIterator<[Member]> {
        members.makeIterator()
    }
}
