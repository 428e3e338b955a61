/// Who is connected, and who has to go when too many are.
///
/// A connection is *waiting* from its beginning, or the end of the answer before, until a whole request is
/// there. Those that drip or say nothing wait longest, so they go first; what is being answered stays.
struct ConnectionCrowd {
    /// A place in line: counts for as long as the connection has the same stamp.
    private struct Place {
        var number: UInt64
        var stamp: UInt64
    }

    /// In the order of their stamps; some count no more.
    private struct Line {
        var places: [Place] = []
        var first = 0
        var count: Int { places.count - first }

        /// The first that counts, taken out with those before it.
        mutating func popFirst(_ members: [UInt64: Member]) -> ClientConnection? {
            defer { if first > 1024 { compact(members) } }
            while first < places.count {
                let place = places[first]
                first += 1
                if let member = members[place.number], member.stamp == place.stamp {
                    return member.connection
                }
            }
            return nil
        }

        mutating func compact(_ members: [UInt64: Member]) {
            places = places[first...].filter { members[$0.number]?.stamp == $0.stamp }
            first = 0
        }
    }

    private struct Member {
        var connection: ClientConnection
        /// Nil: it is being answered.
        var stamp: UInt64?
    }

    private struct Neighbours {
        var count = 0
        var line = Line()
    }

    private var members: [UInt64: Member] = [:]
    private var neighbours: [HTTPPeer: Neighbours] = [:]
    private var line = Line()
    private var lastStamp: UInt64 = 0
    private let most: Int
    private let mostPerPeer: Int

    init(_ limits: HTTPLimits) {
        most = max(1, limits.connections)
        mostPerPeer = limits.connectionsPerPeer > 0 ? limits.connectionsPerPeer : .max
    }

    var count: Int { members.count }
    subscript(number: UInt64) -> ClientConnection? { members[number]?.connection }
    var all: [ClientConnection] { members.values.map(\.connection) }

    /// Takes the connection in, and gives the one that has to go for it: another, itself, or none.
    ///
    /// Who has to go is no member any more.
    mutating func enter(_ connection: ClientConnection, isExempt: Bool) -> ClientConnection? {
        let peer = isExempt ? nil : connection.peer
        var leaving: ClientConnection?
        if let peer, neighbours[peer, default: Neighbours()].count >= mostPerPeer {
            leaving = longestWaiting(of: peer)
            guard leaving != nil else { return connection }
        } else if members.count >= most {
            leaving = longestWaiting()
            guard leaving != nil else { return connection }
        }
        if let leaving { leave(leaving) }
        members[connection.number] = Member(connection: connection, stamp: nil)
        if let peer { neighbours[peer, default: Neighbours()].count += 1 }
        connection.isCounted = peer != nil
        wait(connection)
        return leaving
    }

    /// It waits from now on.
    mutating func wait(_ connection: ClientConnection) {
        guard members[connection.number] != nil else { return }
        lastStamp += 1
        members[connection.number]?.stamp = lastStamp
        let place = Place(number: connection.number, stamp: lastStamp)
        line.places.append(place)
        if line.count > 2 * members.count + 64 { line.compact(members) }
        guard connection.isCounted, var own = neighbours.removeValue(forKey: connection.peer) else {
            return
        }
        own.line.places.append(place)
        if own.line.count > 2 * own.count + 64 { own.line.compact(members) }
        neighbours[connection.peer] = own
    }

    /// Its request is whole.
    mutating func answer(_ connection: ClientConnection) {
        members[connection.number]?.stamp = nil
    }

    mutating func leave(_ connection: ClientConnection) {
        guard members.removeValue(forKey: connection.number) != nil, connection.isCounted,
            let count = neighbours[connection.peer]?.count
        else { return }
        neighbours[connection.peer]?.count = count - 1
        if count == 1 { neighbours[connection.peer] = nil }
    }

    private mutating func longestWaiting() -> ClientConnection? { line.popFirst(members) }

    private mutating func longestWaiting(of peer: HTTPPeer) -> ClientConnection? {
        guard var own = neighbours.removeValue(forKey: peer) else { return nil }
        defer { neighbours[peer] = own }
        return own.line.popFirst(members)
    }
}
