/// The key recipes as data: what keys are built, of what, in which class, for which profile, and what they are worth.
/// Knows numbers and digests of tables; `KeyRecipe` reads it. A text that was published is never edited: any change is a
/// new version, because two nodes compare texts by digest.
///
/// Weights are natural logarithms. How they were found, and on what: docs/matching.md.

// swift-format-ignore-file
enum RecipeText {
    /// Recipe 1: points, straight lines, thresholds that follow the holder's size. Kept so that a peer whose index is
    /// built by it can still be asked. Columns of `kind`: id, class, points, points of a second key.
    static let first = """
        comity key recipe
        version 1
        kind docfold identifiers 30 0
        kind iban identifiers 30 0
        kind wallet identifiers 30 0
        kind imo identifiers 26 0
        kind mmsi identifiers 26 0
        kind vin identifiers 26 0
        kind phone identifiers 22 0
        kind plate identifiers 22 0
        kind email identifiers 20 0
        kind imei identifiers 20 0
        kind skeleton-dob names 14 8
        kind skeleton-year weak 4 10
        kind initials-dob-nat weak 14 0
        kind skeletons-month names 12 0
        kind dob-postcode names 20 0
        kind skeletons-postcode names 20 0
        threshold person 50000 14
        threshold person 500000 20
        threshold person 9223372036854775807 24
        score 0 0
        score 14 50
        score 20 90
        score 24 99
        score 30 100
        band possible 14
        band probable 20
        band strong 24

        """

    /// Recipe 2: probability that the two records are one person or thing. Columns of `kind`: id, class, profiles, what a
    /// key is made of; of `weight`: name, then one number a profile in the order of the line `profiles`.
    static let second = """
        comity key recipe
        version 2
        profiles person household object
        table country-names cfa28f30f44037e8037b4d5793d0cf7a43483d66584d15b115965f5a11cf8fa2
        table iban-structures 9e7e4a1e7f40284f5364efd69fcf158eb73d0a047ef6fbacdbe371753c21849c
        table phone-plans 117957bbffddad6848059587e124c8fbf7afa1aa8b53f2203ee3537c14f2d813
        table skeleton-exceptions 9f00dd1a1fa5b4a085d89f25113dfd931f417269b532126dd2588d6d847089f5
        table skeleton-frequency f6e7fcbbfc603e5f6e1177f644e3d6d7e0b114396701b8b5c6e8cfa924eb9a37
        kind docfold identifiers person,household,object document
        kind iban identifiers person,household,object document
        kind wallet identifiers person,household,object document
        kind imo identifiers person,household,object object
        kind mmsi identifiers person,household,object object
        kind vin identifiers person,household,object object
        kind phone identifiers person,household,object phone
        kind plate identifiers person,household,object object
        kind email identifiers person,household,object email
        kind imei identifiers person,household,object object
        kind skeleton-dob names person,household name dob
        kind skeleton-year weak person,household name first-of-year
        kind initials-dob-nat weak person initials dob nationality
        kind skeletons-month names person names month
        kind dob-postcode names person any-dob postcode
        kind skeletons-monthday names person names month-day
        kind prefixes-dob names person prefixes dob
        kind dob-city weak person,household dob city
        kind prefixes-postcode names person,household prefixes postcode
        kind skeletons-house names person,household names house
        kind house-street-postcode weak person,household house street postcode
        kind house-street-city weak household house street city
        kind skeletons-city names household names city
        kind street-city weak household street city
        kind street-postcode weak household street postcode
        weight same -0.34 -0.58 -0.34
        weight no-name -2.86 -1.82 -2.86
        weight one-name -1.8 -1.29 -1.8
        weight two-names 0.07 -0.58 0.07
        weight three-names -0.38 -1.5 -0.38
        weight date 8.58 8.28 8.58
        weight month 2.9 3.0 2.9
        weight year 3.58 2.84 3.58
        weight month-day 2.13 2.5 2.13
        weight no-date -0.55 -0.21 -0.55
        weight prefixes-no-name 3.09 4.0 3.09
        weight prefixes-one-name 2.74 2.0 2.74
        weight prefixes-address 4.9 4.77 4.9
        weight initials-no-name 1.94 2.2 1.94
        weight initials-one-name 0.76 1.2 0.76
        weight initials-address 2.0 2.0 2.0
        weight postcode 8.03 6.53 8.03
        weight house 3.11 4.96 3.11
        weight street 4.77 4.9 4.77
        weight city 2.9 5.49 2.9
        weight two-address-parts -0.98 -2.51 -0.98
        weight three-address-parts -2.03 -0.21 -2.03
        weight four-address-parts -3.0 -2.91 -3.0
        weight nationality 1.11 1.5 1.11
        weight phone 20.0 20.0 20.0
        weight email 20.0 20.0 20.0
        weight document 22.0 22.0 22.0
        weight object 20.0 20.0 20.0
        weight identifiers-only 2.17 2.5 2.17
        weight identifier-alone 1.0 1.0 1.0
        weight two-identifiers 4.0 4.0 4.0
        weight rarity 0.54 0.7 0.54
        weight chance-one-name 1.0 0.49 1.0
        weight chance-two-names 1.93 2.58 1.93
        weight chance-three-names 3.88 5.0 3.88
        weight relative -2.64 -3.0 -2.64
        weight relative-no-name -0.74 -1.1 -0.74
        weight relative-one-name -0.5 -0.5 -0.5
        weight relative-two-names -2.8 -2.8 -2.8
        weight relative-date -6.2 -6.2 -6.2
        weight relative-month -5.8 -5.8 -5.8
        weight relative-year -3.2 -3.2 -3.2
        weight relative-address -1.2 -1.2 -1.2
        weight relative-phone -1.54 -1.9 -1.54
        band possible 50
        band probable 90
        band strong 99
        shown 50

        """
}
