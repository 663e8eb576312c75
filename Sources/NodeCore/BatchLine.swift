/// Which batch of a long query is where: blinded ahead, in work at the holder, looked up behind. So both sides always have
/// one to work on, and never more than a handful are in memory. Pure.

struct BatchLine<Batch> {
    /// Batches of a peer in work at once (PROTOCOL section 1).
    static var atOnce: Int { 2 }
    /// Batches that wait blinded, and answers that wait to be looked up.
    static var ahead: Int { 2 }

    private var toBlind: ArraySlice<Int>
    private var toSend: ArraySlice<Int>
    private var blinding = 0
    private var ready: [Int: Batch] = [:]
    private var inWork: Set<Int> = []
    private var lookingUp = 0
    private(set) var ended: PeerOutcome?

    /// - Parameters:
    ///   - left: numbers of the batches without an answer, ascending.
    ///   - ready: those of them that are blinded already.
    init(_ left: [Int], ready: [Int: Batch] = [:]) {
        toBlind = left.filter { ready[$0] == nil }[...]
        toSend = left[...]
        self.ready = ready
    }

    /// The batch to be blinded now; nil if enough wait.
    mutating func nextToBlind() -> Int? {
        guard ended == nil, blinding + ready.count < Self.ahead, let number = toBlind.popFirst() else { return nil }
        blinding += 1
        return number
    }

    mutating func blinded(_ number: Int, _ batch: Batch) {
        blinding -= 1
        ready[number] = batch
    }

    /// The batch to be sent now; nil if none may be.
    mutating func nextToSend() -> Batch? {
        guard ended == nil, inWork.count < Self.atOnce, lookingUp < Self.ahead, let number = toSend.first,
            // A batch may overtake the one before it, not the one before that; all others are known to the holder by the first.
            inWork.allSatisfy({ $0 > number - 2 }), !inWork.contains(0),
            let batch = ready.removeValue(forKey: number)
        else { return nil }
        toSend.removeFirst()
        inWork.insert(number)
        return batch
    }

    mutating func answered(_ number: Int) {
        inWork.remove(number)
        lookingUp += 1
    }

    mutating func lookedUp() { lookingUp -= 1 }

    /// Nothing more is sent: what is in work may still be answered, and is kept. The first end counts.
    mutating func end(_ outcome: PeerOutcome) { ended = ended ?? outcome }
}
