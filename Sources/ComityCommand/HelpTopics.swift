/// `comity help TOPIC`: what a person has to understand before the commands make sense.

enum HelpTopics {
    static let all: [String: String] = [
        "agreements": """
        An agreement is a policy file that both agencies hold, byte for byte the same. It names who may ask, who
        answers, for which purposes, on which legal bases, with which kinds of match keys, and until when. A question
        under an agreement whose text differs on the two sides is refused and says so. Both agencies' own law and
        rules decide too; the strictest wins.

          comity policy check north/policies
          comity policy test north/policies
        """,
        "epochs": """
        A holder publishes, for each agreement and asker, a match index: entries that say nothing without the
        holder's help. An epoch is the life of its keys. Inside an epoch an index only grows; a rotation begins a
        new epoch, erases the old seed, and makes every copy of the old index useless. A node that serves rotates by
        itself, every week or so, on days nobody can foresee. Askers fetch the new one by themselves at their next
        question.

          comity index list coast
          comity index rotate coast --agreement narrow-sea --asker north-border --dry-run
        """,
        "retention": """
        Records stay in the vault until the agency takes them out; an expired record (column expires) enters no
        index. The audit log keeps its entries; names, case numbers and subjects stand beside it, sealed, under keys
        that can be destroyed month by month. They go when their retention is over: 1,096
        days and to the end of the month, unless audit_retention_days in comity.json says otherwise. comity audit erase
        takes a person out now, comity audit hold keeps values for a court. What a peer released to us is erased the
        day after its last day.

          comity records import north persons.csv --default expires=2027-12-31
          comity audit list north --event record.imported
        """,
        "exit-codes": """
        0   done
        1   a refusal, or a check that failed; its reason was printed
        64  the words of the call are wrong
        65  the data are wrong; the place is named, as file:line:column
        69  no peer, or no node, could be reached
        70  our fault

        With --json the one document on standard output is the result, the refusal, or
        {"error":{"code","text","where","remedy"}}.
        """,
    ]

    /// The topic of `comity help TOPIC`, if there is one of that name.
    static func text(_ arguments: [String]) -> String? {
        guard arguments.count == 2, arguments[0] == "help" else { return nil }
        return all[arguments[1]]
    }
}
