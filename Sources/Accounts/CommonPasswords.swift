/// Words that many passwords are made of, in several languages: those that lists of stolen passwords begin with. Knows
/// nobody's password.

enum CommonPasswords {
    /// Logarithm to base 2 of how many they are.
    static let bits = 8.1

    /// Each as it reads once digits and signs are taken for the letters they are written for.
    static let words: Set<[Character]> = Set(
        """
        password passwort passwd motdepasse contrasena senha parola letmein welcome willkommen bienvenue admin
        administrator root login master secret geheim monkey dragon sunshine princess princesse football baseball
        basketball soccer hockey superman batman shadow michael jennifer jessica ashley daniel thomas robert andrew
        matthew anthony joshua charlie george jordan harley ranger hunter buster tigger summer sommer winter spring
        autumn herbst january february march april june july august september october november december montag
        dienstag mittwoch donnerstag freitag monday tuesday wednesday thursday friday saturday sunday iloveyou
        loveme love lovely liebe amour hello hallo bonjour salut freedom freiheit liberte whatever trustno starwars
        pokemon computer internet google facebook microsoft windows apple samsung iphone android linux ubuntu debian
        server database network access zugang changeme change default test testing tester user guest gast demo
        sample example temp temporary qazwsx killer cookie cheese coffee kaffee chocolate orange banana pepper
        ginger flower blume butterfly angel angels diamond purple yellow green silver golden black white eagle tiger
        lion panther falcon phoenix mustang ferrari porsche mercedes corvette camaro yamaha honda toyota chelsea
        arsenal liverpool barcelona madrid bayern juventus london paris berlin moscow newyork england america
        deutschland france espana italia russia europe police polizei border grenze coast guard customs zoll agency
        analyst approver officer operator comity federation office buro bureau maria anna peter hans martin nicole
        sabine andrea daniela stefan alexander christian sebastian patrick kevin david james william richard joseph
        steven edward brian samantha victoria elizabeth margaret patricia barbara natasha sergey vladimir dmitry
        ahmed mohamed mohammed ali fatima hassan hussein ibrahim yusuf mustafa mehmet fenerbahce galatasaray
        besiktas marseille maman doudou chouchou soleil schatz schatzi liebling passwoord wachtwoord haslo heslo
        qwerty azerty qwertz abc abcd zaq xsw asdf asdfgh zxcvb qweasd qweasdzxc
        """.split(whereSeparator: \.isWhitespace).map { Array($0) }
    )
}
