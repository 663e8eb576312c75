// Registers in which people live together: what an agreeing address says there, and what bands promise.

import Foundation
import MatchKeys
import Sodium
import Testing

@testable import NodeCore

@Suite("Registers of families")
struct FamilyRegisterTests {
    /// Bands mean what they say where many people have one house, street and postcode, and half of those asked about are not
    /// the holder's, though others of their house are.
    @Test("bands mean the same where people live together", arguments: [MatchProfile.person, .household])
    func bands(_ profile: MatchProfile) throws {
        let register = Register(seed: 11, houses: 400)
        let report = try EvaluateMatching(recipe: .newest(profile), way: .clear, random: .system)
            .run(holder: register.holder, asker: register.asker, truth: register.truth)
        let figures = try #require(report.figures)
        #expect(report.tally.calibrationError <= 0.05, "seed 11: \(report.tally.calibrationError)")
        #expect(figures.precision >= 0.95, "seed 11: \(figures.precision)")
        #expect(figures.recall >= 0.9, "seed 11: \(figures.recall)")
        #expect(report.tally[.strong].seen >= 0.98, "seed 11: \(report.tally[.strong].seen)")
    }

    /// Where each house has one person, the same agreement is worth showing.
    @Test("an address alone is shown where nobody shares one, and not where families do")
    func addressAlone() throws {
        func shown(perHouse people: Int) throws -> Int {
            let register = Register(seed: 12, houses: 200, people: people...people, known: 1, blurred: 1)
            let report = try EvaluateMatching(recipe: .newest(.household), way: .clear, random: .system)
                .run(holder: register.holder, asker: register.asker, truth: register.truth)
            return report.pairs.count
        }
        #expect(try shown(perHouse: 1) >= 150)
        #expect(try shown(perHouse: 3) <= 20)
    }

    /// Invented people, the same for one seed.
    private struct Register {
        private(set) var holder: [Record] = []
        private(set) var asker: [Record] = []
        private(set) var truth: [TruePair] = []

        /// - Parameters:
        ///   - known: share of those asked about who are the holder's.
        ///   - blurred: share of those asked about whose names and date agree in nothing.
        init(seed: UInt64, houses: Int, people: ClosedRange<Int> = 2...5, known: Double = 0.5, blurred: Double = 0) {
            var chance = Chance(state: seed)
            for house in 0..<houses {
                let family = chance.name()
                let (street, postcode) = (
                    "\(chance.below(150) + 1) \(chance.name()) Road", "\(10_000 + chance.below(800))"
                )
                for member in 0..<chance.within(people) {
                    let id = "\(house)-\(member)"
                    let (given, birth) = (chance.name(), chance.birth())
                    let isHeld = member == 0 || chance.share(0.6)
                    var seen = (given: given, family: family, birth: birth)
                    if chance.share(0.15) { seen.given = chance.name() }
                    if chance.share(0.1) { seen.birth = chance.birth() }
                    if chance.share(blurred) { seen = (chance.name(), chance.name(), chance.birth()) }
                    func record(_ id: String, _ who: (given: String, family: String, birth: String)) -> Record {
                        Record(
                            id: id,
                            columns: [
                                "given_name": [who.given], "family_name": [who.family], "birth_date": [who.birth],
                                "address": [street], "postcode": [postcode],
                            ]
                        )
                    }
                    if isHeld { holder.append(record("h" + id, (given, family, birth))) }
                    guard isHeld ? chance.share(known) : chance.share(1 - known) else { continue }
                    asker.append(record("a" + id, seen))
                    if isHeld { truth.append(TruePair(holder: "h" + id, asker: "a" + id)) }
                }
            }
        }
    }

    /// Numbers that a seed gives.
    private struct Chance {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
        }

        mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }
        mutating func share(_ part: Double) -> Bool { Double(below(1_000_000)) < part * 1_000_000 }

        mutating func name() -> String {
            let (first, vowels) = (Array("bdfgjklmnprst"), Array("aeiou"))
            return (0..<3).map { _ in "\(first[below(first.count)])\(vowels[below(vowels.count)])" }.joined()
                .capitalized
        }

        mutating func birth() -> String {
            let (month, day) = (below(12) + 1, below(27) + 2)
            return "\(1930 + below(80))-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
        }
    }
}
