/// What a listener has taken and refused since it began.
package struct ListenerFigures: Sendable, Hashable {
    /// Open now.
    package var connections: Int
    /// The most that may be.
    package var mostConnections: Int
    package var accepted: Int
    /// Cut off because their time was over: a head or a body that did not come, or nothing at all.
    package var cutOff: Int
    /// Requests that no two readers would surely understand alike, or that are over a limit of heads.
    package var malformed: Int
    /// Requests being answered now, streams among them.
    package var underWay: Int
    /// Bytes of bodies that are held now.
    package var heldBytes: Int
}

extension HTTPListener {
    package var figures: ListenerFigures { core.figures }
}
