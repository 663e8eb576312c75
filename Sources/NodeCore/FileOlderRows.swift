/// What rows of an older version do not say of themselves, told to the vault when the node is opened: their case, and whether
/// people may have something to decide. Opens each such row once; rows that do not open stay as they are.

import Casework
import Vault

extension Node {
    static func fileOlderRows(_ vault: Vault, _ sealer: QuestionSealer) async throws {
        try await fileUnderCases(vault, sealer)
        try await fileUndecided(vault, sealer)
    }

    private static func fileUnderCases(_ vault: Vault, _ sealer: QuestionSealer) async throws {
        while true {
            let isOver = try await vault.commit { transaction in
                let rows = try transaction.questionsOfNoCase(most: 500)
                for row in rows {
                    let sealed = try? sealer.open(SealedQuestion.self, row.box, id: row.id)
                    try transaction.file(question: row.id, under: sealer.tag(ofCase: sealed?.caseReference))
                }
                return (rows.isEmpty, [])
            }.value
            if isOver { break }
        }
        var last = ""
        while true {
            let after = last
            let newest = try await vault.commit { transaction in
                let rows = try transaction.disclosuresOfNoCase(after: after, most: 500)
                for row in rows {
                    let name = boxName(row.side, row.peer, row.id)
                    let file = try? sealer.open(SentFile.self, row.box, id: name)
                    try transaction.file(row, under: sealer.tag(ofCase: file?.caseReference))
                }
                return (rows.last?.id, [])
            }.value
            guard let newest else { break }
            last = newest
        }
    }

    private static func fileUndecided(_ vault: Vault, _ sealer: QuestionSealer) async throws {
        while true {
            let isOver = try await vault.commit { transaction in
                let rows = try transaction.disclosuresThatDoNotSay(most: 500)
                for var row in rows {
                    let name = boxName(row.side, row.peer, row.id)
                    func open<File: Decodable>(_: File.Type) -> File? { try? sealer.open(File.self, row.box, id: name) }
                    let request: (any AwaitsPeople)? =
                        switch row.side {
                        case .asker: open(SentFile.self)?.request
                        case .holder: open(HeldFile.self)?.request
                        case .question: open(HeldQuestion.self)?.request
                        case .ownQuestion: open(OwnQuestionFile.self)?.request
                        }
                    row.looksUndecided = request?.looksUndecided ?? false
                    try transaction.store(row)
                }
                return (rows.isEmpty, [])
            }.value
            if isOver { break }
        }
    }
}
