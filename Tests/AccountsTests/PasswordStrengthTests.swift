// Which passwords suffice: what is likely is refused whatever signs are hung on it, what is long and unlikely is not.
import Accounts
import Testing

@Suite struct PasswordStrengthTests {
    private let here = ["amina", "north-border", "Varnia Border Police"]

    @Test(
        "what is guessed soon",
        arguments: [
            "short", "passwordpassword", "P@ssw0rd123", "qwertyuiop1234", "aaaaaaaaaaaaaaaa", "abcabcabcabcabc",
            "Summer2026!", "northborder2026", "amina123456", "Varnia2026!!", "letmein12345", "0123456789012345",
            "adminadminadmin", "PolicePolice1", "1q2w3e4r5t", "volleyball", "strawberry", "rotterdam1",
            "1q2w3e4r5t6y7u",
            "volleyball12", "strawberry99", "Rotterdam1234", "Zq9vT1mLwX",
        ]
    )
    func weak(_ password: String) {
        let strength = PasswordStrength(of: password, here: here)
        #expect(!strength.suffices, "\(password): \(strength.bits) bits")
    }

    @Test(
        "what is not",
        arguments: [
            "kV7#pQ2mzX4t", "ferry lantern oblique walnut", "mein Onkel isst keine Gurken", "ثلاثة قطط تحت المطر",
            "tram-gravel-otter-9", "Zq9vT1mLwX4s",
        ]
    )
    func strong(_ password: String) {
        let strength = PasswordStrength(of: password, here: here)
        #expect(strength.suffices, "\(password): \(strength.bits) bits, \(String(describing: strength.weakness))")
    }

    @Test func itSaysWhy() {
        #expect(PasswordStrength(of: "short", here: []).weakness == .tooShort)
        #expect(PasswordStrength(of: "passwordpassword", here: []).weakness == .commonWord)
        #expect(PasswordStrength(of: "varniavarnia", here: here).weakness == .wordOfHere)
        #expect(PasswordStrength(of: "aaaaaaaaaaaa", here: []).weakness == .repetition)
        #expect(PasswordStrength(of: "lkjhgfdsamnbvc", here: []).weakness == .sequence)
    }

    @Test func aLongOneTakesNoTime() {
        #expect(PasswordStrength(of: String(repeating: "kV7#pQ2mzX4t", count: 80), here: here).suffices)
    }
}
