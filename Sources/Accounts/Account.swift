/// People who act on a node: names, roles, and which role may do what. Pure; stores nothing.

/// What a person may be on a node.
public enum Role: String, CaseIterable, Sendable, Comparable {
    case analyst, approver, officer, `operator`

    public static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}

/// An account name: 1 to 64 of `a-z 0-9 . _ -`, beginning with a letter or digit.
public struct AccountName: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init?(_ text: String) {
        let allowed = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        guard allowed, (1...64).contains(text.utf8.count), let first = text.utf8.first, first != UInt8(ascii: "."),
            first != UInt8(ascii: "_"), first != UInt8(ascii: "-")
        else { return nil }
        description = text
    }
}

/// Somebody with a name and at least one role.
public struct Account: Sendable, Equatable {
    public let name: AccountName
    public let roles: Set<Role>

    public init(name: AccountName, roles: Set<Role>) {
        self.name = name
        self.roles = roles
    }
}

/// What people do on a node, and who may.
public enum Act: String, CaseIterable, Sendable {
    case ask, importRecords, exportRecords, exportCase, closeCase, compareRecords, buildIndex, rotateIndex, fetchIndex,
        addPeer, addUser, changeRoles, resetUser, readAudit, readPolicies, revealAudit, activatePolicies,
        explainDecision, passNotices
    case eraseAudit, holdAudit, stampAudit, openQuery, pruneAudit, rotateLogKey, backUp, restore
    case requestDisclosure, decideDisclosure, followDisclosures, readDisclosures, transferDisclosure

    /// The roles of which one suffices.
    public var roles: Set<Role> {
        switch self {
        case .ask, .requestDisclosure, .exportCase, .closeCase: [.analyst]
        case .decideDisclosure: [.approver]
        case .explainDecision: [.approver, .officer]
        case .followDisclosures: [.analyst, .approver, .officer]
        case .readDisclosures, .transferDisclosure: [.analyst]
        case .importRecords, .compareRecords: [.analyst, .operator]
        case .exportRecords: [.officer, .operator]
        case .fetchIndex: [.analyst, .operator]
        case .buildIndex, .rotateIndex, .addPeer, .addUser, .changeRoles, .activatePolicies, .rotateLogKey,
            .backUp:
            [.operator]
        // Two people: a node with one operator can still reset somebody.
        case .resetUser: [.approver, .operator]
        // Two people: a node with one operator can still be restored.
        case .restore: [.officer, .operator]
        case .readAudit, .passNotices, .stampAudit: [.officer, .operator]
        case .revealAudit, .readPolicies, .eraseAudit, .holdAudit, .openQuery, .pruneAudit: [.officer]
        }
    }
}

extension Account {
    /// The role under which this account may do the act; nil if it may not.
    public func role(for act: Act) -> Role? {
        roles.intersection(act.roles).min()
    }
}
