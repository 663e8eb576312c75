/// The keys of many subjects put in order once: class by class, each key once, with whose it is. Knows keys for as long as a
/// question is being cut into batches; holds places, no copies of them, because there may be a million.

import MatchKeys
import SetIntersection

struct OwnedKeys: Sendable {
    private let subjects: [QuestionSubject]
    private let classes: [SetIntersection.KeyClass: Listed]

    /// The keys of one class.
    private struct Listed {
        /// Where keys stand, in the order of keys, then of subjects.
        var places: [Place] = []
        /// For each different key the first of its places.
        var starts: [Int32] = []

        /// The places of one of the different keys.
        func owners(_ number: Int) -> ArraySlice<Place> {
            let end = number + 1 < starts.count ? Int(starts[number + 1]) : places.count
            return places[Int(starts[number])..<end]
        }
    }

    /// Which key of which subject.
    private struct Place {
        let subject: Int32
        let key: Int32
    }

    /// A place with as much of its key as decides most comparisons.
    private struct Sortable {
        /// The kind, then the first 15 bytes of the value, zeros after its end.
        let head: (UInt64, UInt64)
        let bytes: Int32
        let place: Place

        /// A value of so many bytes is in the head as a whole.
        static let whole = 15

        init(_ key: MatchKey, place: Place) {
            var head = (UInt64(key.kind.ordinal) << 56, UInt64(0))
            var value = key.value
            bytes = value.withUTF8 { utf8 in
                for index in 0..<min(7, utf8.count) { head.0 |= UInt64(utf8[index]) << UInt64(48 - 8 * index) }
                for index in 7..<max(7, min(Self.whole, utf8.count)) {
                    head.1 |= UInt64(utf8[index]) << UInt64(112 - 8 * index)
                }
                return Int32(clamping: utf8.count)
            }
            self.head = head
            self.place = place
        }
    }

    init(_ subjects: [QuestionSubject]) {
        self.subjects = subjects
        var sortable: [Sortable] = []
        sortable.reserveCapacity(subjects.reduce(0) { $0 + $1.keys.count })
        for (number, subject) in subjects.enumerated() {
            for (place, key) in subject.keys.enumerated() {
                sortable.append(Sortable(key, place: Place(subject: Int32(number), key: Int32(place))))
            }
        }
        func key(_ one: Sortable) -> MatchKey { subjects[Int(one.place.subject)].keys[Int(one.place.key)] }
        sortable.sort { left, right in
            if left.head != right.head { return left.head < right.head }
            if left.bytes > Sortable.whole || right.bytes > Sortable.whole || left.bytes != right.bytes {
                let (leftKey, rightKey) = (key(left), key(right))
                if leftKey != rightKey { return leftKey < rightKey }
            }
            return left.place.subject < right.place.subject
        }
        var classes: [SetIntersection.KeyClass: Listed] = [:]
        var listed = Listed()
        var current: (keyClass: SetIntersection.KeyClass, last: Sortable)?
        for one in sortable {
            let isSame = current.map { last in
                last.last.head == one.head && last.last.bytes == one.bytes
                    && (one.bytes <= Sortable.whole || key(last.last) == key(one))
            }
            if isSame != true {
                let keyClass = key(one).kind.keyClass.published
                if let current, current.keyClass != keyClass {
                    classes[current.keyClass] = listed
                    listed = classes.removeValue(forKey: keyClass) ?? Listed()
                }
                listed.starts.append(Int32(listed.places.count))
                current = (keyClass, one)
            }
            listed.places.append(one.place)
        }
        if let current { classes[current.keyClass] = listed }
        self.classes = classes
    }

    private func key(_ place: Place) -> MatchKey { subjects[Int(place.subject)].keys[Int(place.key)] }

    /// Each key once, in order.
    var byClass: [SetIntersection.KeyClass: [MatchKey]] {
        classes.mapValues { listed in listed.starts.map { key(listed.places[Int($0)]) } }
    }

    /// The asker's own keys of batch `number`.
    func batch(_ number: Int, of layout: QueryLayout) -> BatchKeys {
        var batch = BatchKeys()
        for part in layout.parts(of: number) {
            let keyClass = part.section.keyClass
            var keys = BatchKeys.Part()
            if let listed = classes[keyClass] {
                for number in part.own.clamped(to: listed.starts.indices) {
                    let owners = listed.owners(number)
                    guard let first = owners.first else { continue }
                    keys.append(key(first))
                    for owner in owners { keys.add(owner: owner.subject) }
                }
            }
            batch.parts[keyClass] = keys
        }
        return batch
    }
}
