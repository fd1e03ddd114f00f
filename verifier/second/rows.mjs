// Layers value and register: each row is what the events say, column by column, and what policies it pins is explained.
import { json, part } from "./archive.mjs"
import { check, reading } from "./findings.mjs"
import { hex } from "./proofs.mjs"
import { checkStory } from "./story.mjs"
import { companies, firms, groups, people, published } from "./world.mjs"

const OUTCOMES = { 0: "no_declaration", 1: "record", 2: "manager", 3: "compliance", 4: "executive", 5: "prohibited", 9: "invalid" }
const DECISIONS = {
  approved: "approve", approved_with_conditions: "approve_with_conditions", refused: "refuse", sent_back: "send_back",
  escalated: "escalate", approval_requested: "request_approval", advised: "advise",
}
const AS_IN_THE_ROW = [
  "number", "kind", "direction", "title", "country", "officials", "occurred_on", "currency", "heads", "base_currency",
  "value_basis", "disposition", "state", "timing", "days_late", "due_on", "filing",
]
const PURPOSE = ["purpose", "proposal", "cause", "occasion", "part"]
const PEOPLE = ["received_by", "present", "traveller", "family_who", "relation_who"]
const COMPOSED = ["conditions", "circumstances"] // compared apart; the app's own words
const STATE_OF_CONDITION = /^ \((met \d{4}-\d\d-\d\d|open)\)/

export const placesOf = (currency, words) => words.places[currency] ?? 2
export const units = ({ minor, currency }, words) => minor / 10 ** placesOf(currency, words)
export const inUnits = (money, words) => `${money.currency} ${units(money, words).toFixed(placesOf(money.currency, words))}`

const money = (minor, currency) => (minor === null ? null : `${currency} ${minor}`)
const second = (moment) => moment?.replace(/\.\d+Z/, "Z")
const nameOf = (id) => (id === null || id === undefined ? null : known(people, id, "person").name)
const same = (one, other) => (one || null) === (other || null)

function known(all, id, what) {
  const one = all.get(id)
  if (!one) throw new Error(`nothing is told of ${what} ${id}`)
  return one
}

export function checkPolicies(parts, pinned) {
  const explained = new Set()
  for (const { digest, documents, replaced } of json(parts, "policies.json")) {
    const whole = hex(JSON.stringify([documents, replaced])) === digest
    check(whole, "value", 1, `policy ${digest} does not consist of these documents`)
    explained.add(digest)
    for (const [key, name] of documents) {
      const [content, text] = [`policies/${name}.json`, `policies/${name}.toml`]
      if (!check(parts.has(content) && parts.has(text), "value", 4, `policy document ${key} is not there`)) continue
      const good = part(parts, content).sha256 === name && [undefined, part(parts, text).sha256].includes(published.get(name))
      check(good, "value", 1, `policy document ${key} is not what was pinned or published`)
    }
  }
  for (const policy of pinned) check(explained.has(policy), "value", 4, `policy ${policy} is pinned, but not explained`)
}

/** Holds the declaration whose events `chain` are against its rows, and returns its number if it has some. */
export function checkDeclaration(chain, register, words) {
  const { number } = chain[0].said
  const told = register.entry(number)
  if (!check(told, "register", 1, `${number} has events, but is not in the register`)) return null
  const seen = chain.filter((event) => !event.later)
  const row = seen.at(-1)?.values.row
  check(seen.length >= told.record_entry, "value", 4, `${number}: its latest events are missing`)
  check(seen.length <= told.record_entry, "register", 1, `${number}: there are events that it does not show`)
  const declarant = row?.declarant_id ?? (chain[0].action === "filed" ? chain[0].body.actor : null)
  if (declarant !== null) checkStory(chain, declarant)
  if (!check(row, "value", 4, `${number}: its row was not opened`)) return number
  check(row.state === seen.at(-1).body.to, "transition", 1, `${number}: its row says ${row.state}`)
  reading("value", number, () => checkRows(seen, row, told, register.decisions(number), words))
  return number
}

function checkRows(seen, row, told, decisions, words) {
  const filings = new Map()
  for (const event of seen) if (event.body.commitments.facts) filings.set(event.said.filing, event.values)
  const filing = known(filings, row.filing, "filing")
  const reviews = seen.filter((event) => event.said.review)
  compare(row.number, told, entryOf(seen, row, filing, reviews, words), COMPOSED)
  checkConditions(row.number, told.conditions ?? "", seen, reviews)
  check(decisions.length === reviews.length, "register", 1, `${row.number} shows ${decisions.length} decisions of ${reviews.length}`)
  reviews.slice(0, decisions.length).forEach((event, place) => {
    const due = decisionOf(event, row, known(filings, event.said.filing, "filing"), words)
    compare(`${row.number}, decision ${event.body.sequence}`, decisions[place], due, ["would_change"])
  })
}

function compare(where, told, due, skipped) {
  for (const key of new Set([...Object.keys(told), ...Object.keys(due)])) {
    check(skipped.includes(key) || same(told[key], due[key]), "register", 1, `${where}: its ${key} is not what the record says`)
  }
}

/** The entry as the table of FORMAT.md derives it. */
function entryOf(seen, row, { organisation: org, answers, assessment }, reviews, words) {
  const firm = firms.get(row.counterparty_id) ?? {}
  const firstOf = (names) => names.map((name) => answers[name]).find(Boolean)
  const whole = [...companies.values()].find((one) => one.parents.at(-1)[1] === null)
  const columns = words.sheets.find((sheet) => sheet.key === row.kind).columns.map((column) => column.key)
  const asked = columns.filter((key) => key.startsWith("asked_")).map((key) => [key, answers[key.slice("asked_".length)]])
  const { body: decided = {} } = reviews.at(-1) ?? {}
  return {
    ...Object.fromEntries(AS_IN_THE_ROW.map((key) => [key, row[key]])),
    ...Object.fromEntries(asked),
    ...assessed(assessment, words),
    ...converted(assessment.conversion),
    sheet: row.kind,
    until: row.ends_on,
    class: row.counterparty_class,
    taken_over_from: row.imported_from,
    record_entry: row.version,
    record_digest: seen.at(-1).digest,
    filed_at: second(row.filed_at),
    company: known(companies, row.company_id, "company").name,
    declarant_number: org.number,
    declarant: org.name,
    unit: org.unit,
    manager: org.manager,
    prepared_by: nameOf(row.prepared_by_id),
    counterparty: firm.name,
    registered_number: firm.registered_number,
    group: groups.get(firm.group),
    value: money(row.value_minor, row.currency),
    share: money(row.share_minor, row.currency),
    share_base: money(row.base_minor, row.base_currency),
    share_group: money(row.group_minor, whole.currency),
    outcome: OUTCOMES[row.outcome],
    purpose: firstOf(PURPOSE),
    people: firstOf(PEOPLE),
    note: answers.note,
    method: answers.method,
    policy: assessment.policy_digest,
    decided_by: nameOf(decided.actor),
    decided_as: decided.role,
    decided_for: nameOf(decided.for),
    decided_at: second(decided.at),
    conditions_met: metOf(seen, reviews),
  }
}

function decisionOf({ body, said, action, values, digest }, row, filing, words) {
  return {
    ...assessed(filing.assessment, words),
    sheet: "decision",
    number: row.number,
    company: known(companies, row.company_id, "company").name,
    kind: row.kind,
    declarant: nameOf(row.declarant_id),
    review: said.review,
    decision: DECISIONS[action],
    decided_by: nameOf(body.actor),
    decider_number: known(people, body.actor, "person").number,
    decided_as: body.role,
    decided_for: nameOf(body.for),
    decided_at: second(body.at),
    filing: said.filing,
    reason: values.reason,
    conditions: (values.conditions ?? []).map(conditionText).join("\n"),
    policy: body.policy,
    seen: body.seen,
    record_entry: body.sequence,
    record_digest: digest,
  }
}

function assessed({ findings = [], outcome } = {}, words) {
  const figure = (one) => `${words.figures?.[one.name] ?? one.name} ${one.money ? inUnits(one.money, words) : one.number}`
  const sentence = (one) => one.sentence?.en ?? Object.values(one.sentence ?? {})[0] ?? ""
  const counted = findings.filter((one) => one.figures.length)
  return {
    outcome: OUTCOMES[outcome],
    clauses: [...new Set(findings.map((one) => `${one.document} ${one.clause}`))].join("; "),
    findings: findings.map((one) => `${one.clause}: ${sentence(one)}`).join("\n"),
    figures: counted.map((one) => `${one.clause}: ${one.figures.map(figure).join(", ")}`).join("\n"),
  }
}

function converted(done) {
  const foreign = done && done.source.currency !== done.result.currency
  return {
    policy_value: done && money(done.result.minor, done.result.currency),
    rate: foreign ? done.rate : null,
    rate_on: foreign ? done.rate_on : null,
  }
}

const conditionText = (one) => `${one.due_on}: ${one.text}`
const conditionsOf = (reviews) => reviews.flatMap((event) => event.values.conditions ?? [])
const metIn = (seen) => seen.filter((event) => event.action === "condition_met").length

function metOf(seen, reviews) {
  const all = conditionsOf(reviews).length
  return all ? `${metIn(seen)}/${all}` : null
}

/** Each condition set, in order, one a line, and behind it whether it is met. */
function checkConditions(number, shown, seen, reviews) {
  let rest = shown
  let met = 0
  for (const [place, one] of conditionsOf(reviews).entries()) {
    const text = (place ? "\n" : "") + conditionText(one)
    const [state, word] = (rest.startsWith(text) && STATE_OF_CONDITION.exec(rest.slice(text.length))) || [""]
    if (!check(state, "register", 1, `${number}: its conditions are not what the record says`)) return
    met += word === "open" ? 0 : 1
    rest = rest.slice(text.length + state.length)
  }
  check(rest === "" && met === metIn(seen), "register", 1, `${number}: its conditions are not what the record says`)
}
