/// When an outcome becomes visible, and when an answer is due (PROTOCOL section 4). Knows seconds, never a clock.

public enum Tick {
    /// Seconds from one tick to the next: decisions of one minute are told apart by nobody.
    public static let seconds = 60

    /// The first tick after `time`, in seconds since 1970.
    public static func after(_ time: Int) -> Int { (time / seconds + 1) * seconds }
}

public enum Deadline {
    /// Hours to answer where no rule names any: Directive (EU) 2023/977 Art. 5(1), 8 for urgent requests, 7 days for all
    /// others. What policy demands is shorter or the same.
    public static func hours(urgent: Bool, policy: Int?) -> Int {
        let general = urgent ? 8 : 168
        return min(policy ?? general, general)
    }

    /// Hours without end do not overflow: at most ten years.
    public static func seconds(hours: Int) -> Int { min(hours, 87_600) * 3_600 }
}
