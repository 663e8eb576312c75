// When indexes are published and epochs end: the times alone.
import Sodium
import Testing

@testable import NodeCore

@Suite struct PublishScheduleTests {
    private static let day = 86_400

    @Test func publicationsAreOnTheFullHour() {
        for (now, next) in [(0, 3_600), (1, 3_600), (3_599, 3_600), (3_600, 7_200), (-1, 0), (-3_600, 0)] {
            #expect(PublishSchedule.next(after: now) == next)
        }
    }

    @Test func anEpochEndsOnAFullHourOneToFourteenDaysAfterItBegan() throws {
        let began = 1_772_442_000 + 1_234
        let ends = try (0..<2_000).map { _ in
            try PublishSchedule.rotation(began: began, seed: SecretBytes(random: 32))
        }
        #expect(ends.allSatisfy { $0 % 3_600 == 0 })
        let lives = ends.map { $0 - began }
        #expect(lives.allSatisfy { (Self.day...14 * Self.day).contains($0) })
        // Uniform over 289 hours: the mean of 2,000 is off by more than half a day once in ten thousand million.
        let mean = lives.reduce(0, +) / lives.count
        #expect(abs(mean - 7 * Self.day) < Self.day / 2)
        // Nobody can say the day in advance.
        #expect(Set(lives.map { $0 / Self.day }).count >= 13)
    }

    @Test func aRestartDrawsNoOtherDay() throws {
        let bytes = RandomBytes.system.bytes(32)
        let ends = try (0..<3).map { _ in
            try PublishSchedule.rotation(began: 1_772_442_000, seed: SecretBytes(copying: bytes))
        }
        #expect(Set(ends).count == 1)
    }
}
