/// Where each key of a large object stands among its members.
///
/// Small objects have no index: comparing a few keys is faster than hashing one. The hash is the
/// standard library's, seeded anew in each process, over the bytes of the key, so nobody can choose
/// keys that collide (as canonically equivalent spellings would with `String`'s own hash).
struct JSONKeyIndex: Sendable {
    /// Objects with at most this many members are searched from the front.
    static let linearLimit = 12

    /// Places by hash, with open addressing.
    ///
    /// -1 is free. Empty while the object is small; otherwise the count is a power of two and at
    /// least half of it is free.
    private var slots: [Int32] = []

    func place(of key: String, in members: [JSONObject.Member]) -> Int? {
        guard !slots.isEmpty else {
            for place in members.indices where haveSameBytes(members[place].key, key) {
                return place
            }
            return nil
        }
        let mask = slots.count - 1
        var slot = Self.hash(key) & mask
        while slots[slot] >= 0 {
            let place = Int(slots[slot])
            if haveSameBytes(members[place].key, key) { return place }
            slot = (slot + 1) & mask
        }
        return nil
    }

    mutating func lastWasAppended(to members: [JSONObject.Member]) {
        if members.count <= Self.linearLimit { return }
        if members.count * 2 > slots.count {
            rebuild(for: members)
        } else {
            insert(members[members.count - 1].key, at: members.count - 1)
        }
    }

    mutating func rebuild(for members: [JSONObject.Member]) {
        guard members.count > Self.linearLimit else {
            slots = []
            return
        }
        var size = 64
        while size < members.count * 4 { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
        for place in members.indices { insert(members[place].key, at: place) }
    }

    private mutating func insert(_ key: String, at place: Int) {
        let mask = slots.count - 1
        var slot = Self.hash(key) & mask
        while slots[slot] >= 0 { slot = (slot + 1) & mask }
        slots[slot] = Int32(place)
    }

    private static func hash(_ key: String) -> Int {
        var hasher = Hasher()
        hasher.combine(textBytes: key)
        return hasher.finalize()
    }
}

/// Whether two texts are the same bytes of UTF-8; canonically equivalent texts need not be.
func haveSameBytes(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
}

extension Hasher {
    /// Feeds the UTF-8 of `text`, eight bytes at a time, and its length.
    mutating func combine(textBytes text: String) {
        var word: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            word = word << 8 | UInt64(byte)
            count += 1
            if count & 7 == 0 { combine(word) }
        }
        if count & 7 != 0 { combine(word) }
        combine(count)
    }
}
