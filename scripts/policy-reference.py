#!/usr/bin/env python3
"""A second, independent reading of the policy pages: decides requests in plain Python and compares with the program.

Usage: scripts/policy-reference.py COMITY [COUNT] [SEED]
Writes a folder of random policies, random requests, runs `COMITY policy decide` on them, and prints what differs.
Needs PyYAML. Slow and simple on purpose; it shares no code with the program.
"""
import datetime as dt
import json
import os
import random
import subprocess
import sys
import tempfile
from zoneinfo import ZoneInfo

import yaml

STAGES = "question index disclosure onward_transfer retention".split()
SUBJECTS = "suspect victim minor asylum_applicant".split()
KINDS = "name phone iban".split()
PURPOSES = "detect investigate asylum".split()
FIELDS = "full_name phone iban vessel_name".split()
HANDLING = ["H0", "H1", "H2", "H3"]
COUNTRIES = ["XA", "XB", "XZ"]
SENSITIVE = ["health", "religion"]
Q, I, D, O, R = STAGES
ALL, REC, LAWFUL = set(STAGES), {I, D, O, R}, {Q, D, O, R}
AGENCIES = {"a1": ("XA", "police"), "b1": ("XB", "fiu"), "b2": ("XB", "customs")}
GROUPS = {"XA": ["G1", "G2"], "XB": []}
ZONES = {"XA": "Europe/Athens", "XB": "America/New_York"}
OFFENCES = {"theft": {"XA": 12, "XB": "life"}, "fraud": {"XA": 0}, "arson": {"XA": 24, "XB": 0}}

# attribute: (type, values, stages)
TABLE = {
    "asker": ("name", list(AGENCIES), ALL), "holder": ("name", list(AGENCIES), ALL),
    "agreement": ("name", ["pact", "deal"], ALL), "recipient": ("name", list(AGENCIES), {O}),
    "asker.jurisdiction": ("name", ["XA", "XB"], ALL), "holder.kind": ("name", ["police", "fiu"], ALL),
    "asker.groups": ("set", ["G1", "G2"], ALL), "holder.groups": ("set", ["G1", "G2"], ALL),
    "recipient.kind": ("name", ["police", "fiu"], {O}),
    "asker.is_origin": ("boolean", None, REC), "recipient.is_origin": ("boolean", None, {O}),
    "purpose": ("name", PURPOSES, LAWFUL), "legal_basis": ("name", ["LAW-1", "LAW-2"], LAWFUL),
    "offence": ("name", list(OFFENCES), LAWFUL),
    "offence.penalty_asker": ("number", [0, 12, 24], LAWFUL), "offence.penalty_holder": ("number", [0, 12, 24], LAWFUL),
    "offence.dual_criminality": ("boolean", None, LAWFUL), "case": ("text", None, {Q, D, O}),
    "urgency": ("name", ["normal", "urgent"], {Q, D}), "key_kinds": ("set", KINDS, {Q}),
    "key_count": ("number", [8, 16, 64], {Q}), "fields": ("set", FIELDS, {D, O}),
    "hit.score": ("number", [50, 90], {D}), "hit.confirmed": ("boolean", None, {D}),
    "record.subject": ("set", SUBJECTS, REC), "record.origin": ("set", COUNTRIES, REC),
    "record.handling": ("ordered", HANDLING, REC), "record.source": ("name", ["A", "B", "C", "X"], REC),
    "record.information": ("number", [1, 2, 3, 4], REC), "record.basis": ("name", ["fact", "assessment"], REC),
    "record.consent": ("name", ["given", "refused"], REC), "record.offence": ("name", list(OFFENCES), REC),
    "record.sensitive": ("set", SENSITIVE, REC), "record.age_days": ("number", [0, 30, 365], REC),
    "record.third_party": ("boolean", None, REC), "time.weekday": ("name", ["mon", "sat", "sun"], {Q, D, O}),
    "time.clock": ("clock", None, {Q, D, O}), "question.subject": ("set", SUBJECTS, {Q}),
    "question.origin": ("set", COUNTRIES, {Q}), "holder.is_origin": ("boolean", None, {Q}),
}
ASKERS_ONLY = {"question.subject", "question.origin", "holder.is_origin"}
OBLIGATIONS = {
    "approvals": {Q, D, O}, "authorisation": {Q, D, O}, "deadline_hours": {Q, D}, "retention_days": {D, O, R},
    "quota": {Q}, "fields": {D, O}, "handling": {D, O}, "onward": {D, O}, "notify": ALL, "retrieval": {Q, I},
    "bucket_minimum": {Q, I},
}
AUTHORITIES = "prosecutor court data_protection_officer originator".split()
ONWARD = "free with_consent forbidden".split()
NOTIFIED = "data_protection_officer originator supervisory_authority europol data_subject".split()
RETRIEVAL = "synced bucketed".split()
PER = "peer agreement analyst case".split()
PERIOD = "hour day month".split()


def some(rng, values):
    return rng.sample(values, rng.randint(1, len(values)))


def random_test(rng, kind, values):
    if kind == "name":
        return rng.choice(values) if rng.random() < 0.4 else some(rng, values)
    if kind == "set":
        return {key: some(rng, values) for key in some(rng, ["any_of", "all_of", "none_of", "only"])[:2]}
    if kind == "number":
        return {key: rng.choice(values) for key in some(rng, ["at_least", "at_most", "exactly"])[:2]}
    if kind == "ordered":
        if rng.random() < 0.4:
            return some(rng, values)
        return {key: rng.choice(values) for key in some(rng, ["at_least", "at_most"])}
    if kind == "boolean":
        return rng.random() < 0.5
    first, second = rng.sample(range(0, 1440, 15), 2)
    return {"from": "%02d:%02d" % divmod(first, 60), "until": "%02d:%02d" % divmod(second, 60)}


def random_condition(rng, names, depth):
    result = {}
    for _ in range(rng.randint(1, 2)):
        roll = rng.random()
        if depth and roll < 0.12:
            result["all"] = [random_condition(rng, names, depth - 1) for _ in range(rng.randint(1, 2))]
        elif depth and roll < 0.3:
            result["any"] = [random_condition(rng, names, depth - 1) for _ in range(rng.randint(1, 3))]
        elif depth and roll < 0.42:
            result["not"] = random_condition(rng, names, depth - 1)
        elif roll < 0.52:
            result["known"] = rng.choice(names) if rng.random() < 0.5 else some(rng, names)[:3]
        else:
            name = rng.choice(names)
            kind, values, _ = TABLE[name]
            if kind == "text":
                result["known"] = name
            else:
                result[name] = random_test(rng, kind, values)
    for key in ("all", "any"):
        if key in result:
            unique = []
            for part in result[key]:
                if part not in unique:
                    unique.append(part)
            result[key] = unique
    return result


def random_obligation(rng, kind):
    if kind == "approvals":
        return rng.randint(0, 5)
    if kind in ("deadline_hours", "retention_days"):
        return rng.randint(1, 400)
    if kind == "bucket_minimum":
        return rng.randint(2, 99)
    if kind == "quota":
        pairs = rng.sample([(per, period) for per in PER for period in PERIOD], rng.randint(1, 4))
        return [{"per": per, "period": period, "keys": rng.randint(0, 999)} for per, period in pairs]
    if kind == "handling":
        return rng.choice(HANDLING)
    if kind == "onward":
        return rng.choice(ONWARD)
    return some(rng, {"authorisation": AUTHORITIES, "fields": FIELDS, "notify": NOTIFIED, "retrieval": RETRIEVAL}[kind])


def random_rule(rng, number, agency):
    stages = some(rng, STAGES) if rng.random() < 0.5 else [rng.choice(STAGES)]
    effect = rng.choice(["forbid", "require", "require"] if agency else ["permit", "permit", "forbid", "require", "require"])
    sides = rng.choice([None, ["asker"], ["holder"], ["asker", "holder"]])
    kinds = [kind for kind, at in OBLIGATIONS.items() if set(stages) <= at]
    rule = {"id": "r%d" % number, "effect": effect, "stages": stages, "source": "LAW-1 Art. %d" % number,
            "because": {"en": "because %d" % number}}
    if sides:
        rule["sides"] = sides
    if rng.random() < 0.2:
        rule["valid"] = {rng.choice(["from", "until"]): dt.date(2026, 3, rng.randint(1, 9)).isoformat()}
    names = [name for name, (_, _, at) in TABLE.items()
             if set(stages) <= at and (name not in ASKERS_ONLY or sides == ["asker"])]
    if rng.random() < (0.9 if effect == "forbid" else 0.6):
        rule["when"] = random_condition(rng, names, 2)
        if effect == "forbid":
            rule["when"] = {"all": [rule["when"], {"not": random_condition(rng, names, 1)}]}
            if rule["when"]["all"][0] == rule["when"]["all"][1]:
                rule["when"] = rule["when"]["all"][0]
    if rng.random() < 0.4:
        rule["unless"] = random_condition(rng, names, 1)
    if effect == "forbid":
        rule["tell"] = rng.choice(["reason", "source", "nothing"])
    if effect == "require":
        rule["obligations"] = {kind: random_obligation(rng, kind) for kind in some(rng, kinds)[:3]}
    return rule


def random_policies(rng):
    rules = lambda count, agency=False: [random_rule(rng, n, agency) for n in range(rng.randint(2, count))]
    every = lambda: {"id": "base", "effect": "permit", "stages": STAGES, "source": "LAW-1", "because": {"en": "base"}}
    policies = {"jurisdictions": {}, "agencies": {}, "agreements": {}}
    for law in ("XA", "XB"):
        policies["jurisdictions"][law] = {"name": {"en": law}, "time_zone": ZONES[law], "rules": [every()] + rules(7)}
        if GROUPS[law]:
            policies["jurisdictions"][law]["groups"] = GROUPS[law]
    for agency, (law, kind) in AGENCIES.items():
        policies["agencies"][agency] = {"name": {"en": agency}, "jurisdiction": law, "kind": kind, "rules": rules(3, True)}
    policies["agreements"]["pact"] = {
        "name": {"en": "pact"}, "parties": ["a1", "b1", "b2"], "valid": {"from": "2026-01-01"},
        "scope": {"purposes": PURPOSES, "legal_bases": ["LAW-1", "LAW-2"], "key_kinds": KINDS}, "rules": [every()] + rules(7)}
    policies["agreements"]["deal"] = {
        "name": {"en": "deal"}, "parties": ["a1", "b1"], "askers": ["a1"], "valid": {"from": "2026-03-02", "until": "2026-03-07"},
        "suspensions": [{"from": "2026-03-04", "until": "2026-03-05", "because": {"en": "x"}}],
        "scope": {"purposes": ["detect", "investigate"], "legal_bases": ["LAW-1"], "key_kinds": ["name", "phone"],
                  "offences": ["theft", "arson"], "stages": [Q, I, D, R]}, "rules": [every()] + rules(4)}
    return policies


def write(folder, policies):
    def put(path, value):
        os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
        with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
            yaml.safe_dump(dict({"format": 1}, **value), file, sort_keys=False)
    put("vocabulary.yaml", {"groups": {"G1": "one", "G2": "two"}, "instruments": {"LAW-1": "a", "LAW-2": "b"},
                            "fields": ["vessel_name"]})
    put("offences/all.yaml", {"offences": {name: {"name": {"en": name}, "source": "LAW-1", "penalties": penalties}
                                           for name, penalties in OFFENCES.items()}})
    for kind, files in policies.items():
        for name, value in files.items():
            put("%s/%s.yaml" % (kind, name), dict({"id": name}, **value))


def random_request(rng):
    stage = rng.choice(STAGES)
    at = dt.datetime(2026, 2, 27, tzinfo=dt.timezone.utc) + dt.timedelta(seconds=rng.randint(0, 11 * 86400))
    request = {"stage": stage, "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "asker": rng.choice(["a1", "a1", "b1"]),
               "holder": rng.choice(["b1", "b1", "b2", "a1"]), "agreement": rng.choice(["pact", "pact", "pact", "deal"])}
    if rng.random() < 0.03:
        request[rng.choice(["asker", "holder", "agreement"])] = "nobody"
    maybe = lambda chance=0.6: rng.random() < chance
    if stage != I and maybe(0.4):
        request["side"] = "asker"
    if stage in LAWFUL:
        request["purpose"] = rng.choice(PURPOSES)
        request["legal_basis"] = rng.choice(["LAW-1", "LAW-1", "LAW-2", "LAW-9"] if maybe(0.1) else ["LAW-1", "LAW-2"])
        if maybe():
            request["offence"] = rng.choice(list(OFFENCES) + (["none"] if maybe(0.1) else []))
    if stage in (Q, D, O) and maybe(0.5):
        request["case"] = "c0ffee"
    if stage in (Q, D):
        request["urgency"] = rng.choice(["normal", "urgent"])
    if stage == Q:
        request["key_kinds"] = rng.sample(KINDS, rng.randint(0, 2))
        request["key_count"] = rng.choice([8, 16, 64, 256])
        if request.get("side") == "asker" and maybe():
            request["question"] = {key: rng.sample(values, rng.randint(0, 2)) for key, values in
                                   (("subject", SUBJECTS), ("origin", COUNTRIES)) if maybe()}
    if stage in (D, O):
        request["fields"] = rng.sample(FIELDS, rng.randint(0, 4))
    if stage == O:
        request["recipient"] = rng.choice(list(AGENCIES))
    if stage == D and maybe():
        request["hit"] = {key: value for key, value in
                          (("score", rng.choice([0, 50, 90, 100])), ("confirmed", maybe(0.5))) if maybe()}
    if stage in REC and maybe(0.9):
        facts = {"subject": rng.sample(SUBJECTS, rng.randint(0, 2)), "origin": rng.sample(COUNTRIES, rng.randint(0, 2)),
                 "handling": rng.choice(HANDLING), "source": rng.choice("ABCX"), "information": rng.randint(1, 4),
                 "basis": rng.choice(["fact", "assessment"]), "consent": rng.choice(["given", "refused", "pending"]),
                 "offence": rng.choice(list(OFFENCES)), "sensitive": rng.sample(SENSITIVE, rng.randint(0, 2)),
                 "recorded": "2026-02-%02d" % rng.randint(1, 28), "originator": rng.choice(list(AGENCIES))}
        request["record"] = {key: value for key, value in facts.items() if maybe(0.8)}
        if maybe(0.1):
            request["record"]["expires"] = "2026-03-%02d" % rng.randint(1, 9)
    return request


class Decider:
    def __init__(self, policies):
        self.policies = policies

    def value(self, name, request, side):
        """The value of an attribute; None if unknown."""
        record, hit = request.get("record", {}), request.get("hit", {})
        question = request.get("question", {})
        law = lambda role: AGENCIES[request[role]][0] if role in request else None
        within = lambda role, origin: None if origin is None or law(role) is None else law(role) in origin
        first, _, rest = name.partition(".")
        if rest == "is_origin":
            return within(first, question.get("origin") if first == "holder" else record.get("origin"))
        if first in ("asker", "holder", "recipient") and rest:
            if law(first) is None:
                return None
            return {"jurisdiction": law(first), "kind": AGENCIES[request[first]][1], "groups": GROUPS[law(first)]}[rest]
        if first == "offence" and rest:
            if "offence" not in request:
                return None
            penalties = OFFENCES[request["offence"]]
            if rest == "dual_criminality":
                return law("asker") in penalties and law("holder") in penalties
            months = penalties.get(law(rest.split("_")[1]), 0)
            return float("inf") if months == "life" else months
        at = dt.datetime.fromisoformat(request["at"].replace("Z", "+00:00"))
        if name == "record.age_days":
            return None if "recorded" not in record else (at.date() - dt.date.fromisoformat(record["recorded"])).days
        if name == "record.third_party":
            return None if "originator" not in record else record["originator"] != request["holder"]
        if first == "time":
            local = at.astimezone(ZoneInfo(ZONES[law(side)]))
            return local.strftime("%H:%M") if rest == "clock" else local.strftime("%a").lower()
        return {"record": record, "hit": hit, "question": question}.get(first, request).get(rest or first)

    def test(self, name, test, value):
        if value is None:
            return None
        kind = TABLE[name][0]
        if kind == "name":
            return value == test or isinstance(test, list) and value in test
        if kind == "boolean":
            return value == test
        if kind == "clock":
            start, end = test["from"], test["until"]
            return start <= value < end if start < end else value >= start or value < end
        if kind == "set":
            value = set(value)
            checks = {"any_of": lambda t: bool(value & t), "all_of": lambda t: t <= value,
                      "none_of": lambda t: not value & t, "only": lambda t: value <= t}
            return all(checks[key](set(members)) for key, members in test.items())
        if isinstance(test, list):
            return value in test
        checks = {"at_least": lambda t: value >= t, "at_most": lambda t: value <= t, "exactly": lambda t: value == t}
        return all(checks[key](bound) for key, bound in test.items())

    def condition(self, condition, request, side):
        """True, False or None for unknown."""
        results = []
        for key, part in condition.items():
            if key in ("all", "any"):
                inner = [self.condition(each, request, side) for each in part]
                loud, quiet = (False, True) if key == "all" else (True, False)
                results.append(loud if loud in inner else None if None in inner else quiet)
            elif key == "not":
                inner = self.condition(part, request, side)
                results.append(None if inner is None else not inner)
            elif key == "known":
                names = part if isinstance(part, list) else [part]
                results.append(all(self.value(name, request, side) is not None for name in names))
            else:
                results.append(self.test(key, part, self.value(key, request, side)))
        return False if False in results else None if None in results else True

    def fires(self, rule, request, side):
        when = self.condition(rule.get("when", {}), request, side)
        unless = self.condition(rule["unless"], request, side) if "unless" in rule else False
        held = [when, None if unless is None else not unless]
        truth = False if False in held else None if None in held else True
        return truth is True if rule["effect"] == "permit" else truth is not False

    def gates(self, request, agreement):
        day, stage, scope = request["at"][:10], request["stage"], agreement["scope"]
        covers = lambda period: period.get("from", "") <= day <= period.get("until", "9999")
        if (request["asker"] not in agreement.get("askers", agreement["parties"])
                or request["holder"] not in agreement.get("holders", agreement["parties"])
                or request["asker"] == request["holder"]):
            yield "not-a-party"
        if stage != R and not covers(agreement["valid"]):
            yield "agreement-not-in-force"
        if stage != R and any(covers(each) for each in agreement.get("suspensions", [])):
            yield "agreement-suspended"
        if stage not in scope.get("stages", STAGES):
            yield "stage-out-of-scope"
        if stage in LAWFUL:
            if request["purpose"] not in scope["purposes"]:
                yield "purpose-out-of-scope"
            if request["legal_basis"] not in scope["legal_bases"]:
                yield "legal-basis-out-of-scope"
            if "offences" in scope and request.get("offence") not in scope["offences"]:
                yield "offence-out-of-scope"
        if stage == Q and not set(request["key_kinds"]) <= set(scope["key_kinds"]):
            yield "key-kind-out-of-scope"
        if request.get("record", {}).get("expires", "9999") < day:
            yield "record-expired"

    def decide(self, request):
        side, stage = request.get("side", "holder"), request["stage"]
        refuse = lambda reasons: ("refuse", reasons, [])
        unknown = []
        if not {request["asker"], request["holder"], request.get("recipient", "a1")} <= set(AGENCIES):
            unknown.append("builtin/unknown-agency")
        if request["agreement"] not in self.policies["agreements"]:
            unknown.append("builtin/unknown-agreement")
        if request.get("offence", "theft") not in OFFENCES:
            unknown.append("builtin/unknown-offence")
        if request.get("legal_basis", "LAW-1") not in ("LAW-1", "LAW-2"):
            unknown.append("builtin/unknown-legal-basis")
        if unknown:
            return refuse(unknown)
        law = AGENCIES[request[side]][0]
        layers = [("jurisdictions", law), ("agreements", request["agreement"]), ("agencies", request[side])]
        refusals = ["builtin/" + gate for gate in self.gates(request, self.policies["agreements"][request["agreement"]])]
        fired, permitted = [], set()
        for layer, owner in layers:
            for rule in self.policies[layer][owner]["rules"]:
                valid = rule.get("valid", {})
                if (stage not in rule["stages"] or side not in rule.get("sides", ["asker", "holder"])
                        or not valid.get("from", "") <= request["at"][:10] <= valid.get("until", "9999")
                        or not self.fires(rule, request, side)):
                    continue
                if rule["effect"] == "forbid":
                    refusals.append("%s/%s" % (owner, rule["id"]))
                else:
                    fired.append(("%s/%s" % (owner, rule["id"]), rule))
                    if rule["effect"] == "permit":
                        permitted.add(layer)
        if refusals:
            return refuse(refusals)
        missing = ["builtin/no-permit-" + word for layer, word in
                   (("jurisdictions", "jurisdiction"), ("agreements", "agreement")) if layer not in permitted]
        if missing:
            return refuse(missing)
        obligations = self.merge(fired, request)
        values = {each["type"]: each["value"] for each in obligations}
        empty = ["builtin/no-field-left"] if values.get("fields") == [] else []
        empty += ["builtin/no-retrieval-left"] if values.get("retrieval") == [] else []
        if empty:
            return refuse(empty)
        held = values.get("approvals", 0) > 0 or "authorisation" in values
        return ("hold" if held else "permit", [name for name, _ in fired], obligations)

    def merge(self, fired, request):
        result = []
        for kind in OBLIGATIONS:
            found = [(name, rule["obligations"][kind]) for name, rule in fired if kind in rule.get("obligations", {})]
            if not found:
                continue
            values = [value for _, value in found]
            if kind in ("approvals", "bucket_minimum"):
                value = max(values)
            elif kind in ("deadline_hours", "retention_days"):
                value = min(values)
            elif kind == "onward":
                value = max(values, key=ONWARD.index)
            elif kind == "handling":
                own = request.get("record", {}).get("handling")
                value = max(values + ([own] if own else []))
            elif kind in ("authorisation", "notify"):
                order = AUTHORITIES if kind == "authorisation" else NOTIFIED
                value = [each for each in order if any(each in listed for listed in values)]
            elif kind == "retrieval":
                value = [each for each in RETRIEVAL if all(each in listed for listed in values)]
            elif kind == "fields":
                value = sorted(each for each in request["fields"] if all(each in listed for listed in values))
            else:
                quotas = [each for listed in values for each in listed]
                value = []
                for per in PER:
                    for period in PERIOD:
                        keys = [each["keys"] for each in quotas if (each["per"], each["period"]) == (per, period)]
                        if keys:
                            value.append({"per": per, "period": period, "keys": min(keys)})
            result.append({"type": kind, "value": value, "rules": [name for name, _ in found]})
        return result


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    outcomes, differences = {}, 0
    for turn in range(count):
        rng = random.Random("%d/%d" % (seed, turn))
        policies = random_policies(rng)
        requests = [random_request(rng) for _ in range(400)]
        with tempfile.TemporaryDirectory() as folder:
            write(os.path.join(folder, "p"), policies)
            path = os.path.join(folder, "r.jsonl")
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(json.dumps(request) + "\n" for request in requests)
            run = subprocess.run([program, "policy", "decide", "--policies", os.path.join(folder, "p"), "--request", path],
                                 capture_output=True, text=True)
            lines = run.stdout.splitlines()
            if len(lines) != len(requests):
                sys.exit("turn %d: %d answers for %d requests\n%s" % (turn, len(lines), len(requests), run.stderr))
        decider = Decider(policies)
        for request, line in zip(requests, lines):
            answer = json.loads(line)
            expected = decider.decide(request)
            got = (answer.get("decision"), [each["rule"] for each in answer.get("reasons", [])], answer.get("obligations"))
            outcomes[expected[0]] = outcomes.get(expected[0], 0) + 1
            if got != expected or answer["at"] != request["at"]:
                differences += 1
                if differences <= 3:
                    print(json.dumps({"turn": turn, "request": request, "expected": expected, "got": answer}, indent=1))
    print("%s; %d differ (seed %d)" % (outcomes, differences, seed))
    sys.exit(1 if differences else 0)


main()
