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
        weight same 0.93 -0.45 0.93
        weight no-name -2.36 -2.26 -2.36
        weight one-name -1.93 -1.69 -1.93
        weight two-names -1.08 -1.04 -1.08
        weight three-names 1.67 -0.08 1.67
        weight date 8.92 9.21 8.92
        weight month 1.92 3.00 1.92
        weight year 5.15 3.78 5.15
        weight month-day 0.80 2.50 0.80
        weight no-date 1.12 -1.95 1.12
        weight prefixes-no-name 2.15 3.77 2.15
        weight prefixes-one-name 2.85 4.05 2.85
        weight prefixes-address 2.20 1.99 2.20
        weight initials-no-name 2.59 2.20 2.59
        weight initials-one-name 1.30 1.20 1.30
        weight initials-address 2.00 2.00 2.00
        weight postcode 4.53 3.49 4.53
        weight house 1.27 4.59 1.27
        weight street 3.44 5.96 3.44
        weight city 1.64 1.46 1.64
        weight two-address-parts -1.50 0.37 -1.50
        weight three-address-parts -2.41 -0.20 -2.41
        weight four-address-parts -3.95 -4.52 -3.95
        weight nationality 0.58 1.50 0.58
        weight phone 20.02 20.05 20.02
        weight email 20.00 20.00 20.00
        weight document 22.01 22.02 22.01
        weight object 20.01 20.02 20.01
        weight identifiers-only 0.47 1.12 0.47
        weight identifier-alone 1.51 0.81 1.51
        weight two-identifiers 1.26 0.83 1.26
        weight missed-names -2.59 -1.96 -2.59
        weight missed-name -2.47 -1.35 -2.47
        weight missed-date -2.61 -2.39 -2.61
        weight missed-both 2.53 1.74 2.53
        weight rarity 0.69 0.62 0.69
        weight chance-one-name 0.28 0.03 0.28
        weight chance-two-names 0.92 1.70 0.92
        weight chance-three-names 1.89 4.30 1.89
        weight common-one 0.42 0.22 0.42
        weight common-more 0.70 0.24 0.70
        weight shared-name 9.01 7.89 9.01
        weight shared-place 2.64 2.95 2.64
        weight shared-thing 5.15 3.00 5.15
        weight relative -0.09 -2.31 -0.09
        weight relative-no-name -1.14 -1.89 -1.14
        weight relative-one-name 0.35 0.36 0.35
        weight relative-two-names -0.70 -2.18 -0.70
        weight relative-date 0.84 6.65 0.84
        weight relative-month -2.86 -5.80 -2.86
        weight relative-year 2.55 -2.27 2.55
        weight relative-address 4.33 0.29 4.33
        weight relative-home 2.18 1.02 2.18
        weight relative-phone -0.02 -0.44 -0.02
        weight relative-object 0.96 0.55 -3.00
        weight relative-nothing 1.82 0.64 1.82
        weight common-relative 0.83 0.42 0.83
        weight expected-home -1.39 -1.39 -1.39
        weight expected-phone -2.30 -2.30 -2.30
        weight expected-object -2.30 -2.30 -4.61
        weight expected-other -4.61 -4.61 -4.61
        band possible 50
        band probable 90
        band strong 99
        shown 50

        """
}
