// What verify.mjs asks of a bundle once it is proved: what happened was allowed, and rows, totals and workbook say what happened.
import { checkChanges } from "./changes.mjs"

let check, reading, part, json, objects, hex, unzip, text, bundle, earlier
// --- the world, as record.jsonl tells it
const people = {}, companies = {}, firms = {}, groups = {}, published = {}, SLACK = 300e3, DAY = 86400e3, last = list => list[list.length - 1], same = (one, other) => (one || null) === (other || null)
const around = (told, at) => (told ?? []).filter(([since], place) => since <= at + SLACK && !(told[place + 1]?.[0] <= at - SLACK)).map(([, value]) => value).filter(value => value !== null)
const above = (from, lines, at) => { const line = new Set(), ahead = [from]; while (ahead.length) for (const one of around(lines(ahead.pop()), at)) if (one !== from && !line.has(one)) { line.add(one); ahead.push(one) } return line }
const bosses = (person, at) => above(person, one => people[one]?.managers, at), upwards = (key, at) => above(key, one => Object.values(companies).find(each => each.key === one)?.parents, at).add(key)
const HEAR = {
  "person:added": ({ said, at, values }, who) => Object.assign(who, values.person, { managers: [[at, said.manager]], grants: [], away: {} }), "person:changed": ({ values }, who) => Object.assign(who, values.facts),
  "person:manager_changed": ({ said, at }, who) => who.managers.push([at, said.to]), "person:role_granted": ({ said, at }, who) => who.grants.push({ ...said, from: at, to: Infinity }),
  "person:role_revoked": ({ said, at }, who) => who.grants.filter(one => one.to === Infinity && one.role === said.role && one.company === said.company).forEach(one => { one.to = at }),
  "delegation:set": ({ said }, who) => { who.away[said.delegation] = { ...said, to: Infinity } }, "delegation:ended": ({ said, at }, who) => { who.away[said.delegation].to = at },
  "company:added": ({ said, at, body }) => { companies[body.company] = { ...said, parents: [[at, said.parent]] } }, "company:moved": ({ said, at, body }) => companies[body.company].parents.push([at, said.to]),
  "company:changed": ({ said, later, body }) => !later && Object.assign(companies[body.company], said), "counterparty_group:named": ({ said, values }) => { groups[said.id] = values.name },
  "policy:published": ({ said, body }) => { published[body.policy] = said.text_sha256 },
}
function hear(stream, chain) {
  const family = stream.split("/")[0], id = chain[0].said.id, who = family === "person" ? (people[id] ??= {}) : family === "counterparty" ? (firms[id] ??= {}) : {}
  for (const event of chain) { HEAR[event.body.action]?.(event, who); if (family === "counterparty" && !event.later) Object.assign(who, event.values, event.said.group ? { group: event.said.group } : {}) }
}

const W = ["with_manager", "with_compliance", "with_executive"], S = ["recorded", "approved", "approved_with_conditions"], D = ["declarant"], OFFICER = ["compliance_officer"], SAME = null, TURN = "turn"
const REVIEWERS = { with_manager: ["manager"], with_compliance: OFFICER, with_executive: ["executive_reviewer", ...OFFICER] }, REVIEW = { with_manager: "manager", with_compliance: "compliance", with_executive: "executive" }
const RULES = { // action → from, to, by whom
  filed: [[["draft"], [...W, S[0]], D]], imported: [[["draft"], [S[0]], [...OFFICER, "clock"]]], approved: W.map((from, n) => [[from], [...W.slice(n + 1), S[1], S[2]], [TURN]]),
  approved_with_conditions: W.map((from, n) => [[from], [...W.slice(n + 1), S[2]], [TURN]]), refused: [[W, ["refused"], [TURN]]], sent_back: [[W, ["sent_back"], [TURN]]], advised: [[W, [S[0]], [TURN]]],
  approval_requested: [[W, SAME, [TURN, ...D]]], answered: [[["sent_back"], W, D]], corrected: [[[...W, ...S], [...W, ...S], D], [["sent_back"], W, D], [["refused", "ended"], SAME, D]],
  withdrawn: [[[...W, ...S, "sent_back"], ["withdrawn"], D]], escalated: [[[W[0]], W.slice(1), [TURN, "clock"]], [[W[1]], [W[2]], [TURN, "clock"]], [S, W.slice(1), OFFICER]],
  reassigned: [[W, SAME, OFFICER]], reminded: [[[...W, "sent_back"], SAME, ["clock"]]], condition_met: [[[S[2]], SAME, D]], ended: [[S, ["ended"], [...D, ...OFFICER]]],
}
function checkStory(chain, declarant) { // what happened could happen, and whoever did it was entitled to
  let state = "draft", turn = {}
  const given = {}, decided = {}
  for (const { body, said, action, at } of chain) {
    const { from, to, role, actor } = body, principal = body.for ?? actor, where = `${said.number}, event ${body.sequence}`, [, leads, whom] = (RULES[action] ?? []).find(([source]) => source.includes(from)) ?? [[], [], []]
    check(from === state && (leads === SAME ? to === from : leads.includes(to)), "transition", 1, `${where}: ${action} from ${from} to ${to}, where it stood at ${state}`)
    const inTurn = whom.includes(TURN) && (REVIEWERS[from] ?? []).includes(role), holder = turn.assigned_for ?? turn.assignee, both = [actor, principal].filter(one => one !== null)
    const allowed = (good, why) => check(good, "entitlement", 1, `${where}: ${why}`)
    allowed(inTurn || whom.includes(role), `${action} is not for a ${role} to do`)
    for (const one of both) check(people[one], "value", 4, `${where}: nothing is told of person ${one}`)
    if (role === "clock") allowed(!both.length, "the clock is nobody")
    else if (role === "declarant") allowed(actor === declarant && body.for === null, "was not done by whoever declared it")
    else if (actor === null) allowed(false, "names nobody")
    else {
      allowed(!inTurn || ((holder ?? null) === null || principal === holder) && both.every(one => [...(decided[one] ?? [])].every(review => review === REVIEW[from])), "was done by somebody whose turn it was not")
      const day = hours => new Date(at + hours * 3600e3).toISOString().slice(0, 10)
      allowed(principal === actor || Object.values(people[principal]?.away ?? {}).some(one => one.substitute === actor && one.first_on <= day(14) && one.last_on >= day(-12) && at <= one.to + SLACK), "nobody stood in that day")
      allowed(role === "manager" ? bosses(declarant, at).has(principal) || bosses(declarant, given[principal] ?? at).has(principal) : (keys => (people[principal]?.grants ?? []).some(one => one.role === role && keys.has(one.company)
        && one.from - SLACK <= at && at <= one.to + SLACK))(upwards(companies[body.company].key, at)), `person ${principal} was not ${role} here then`)
      allowed(action === "imported" || !both.includes(declarant) && ![-SLACK, 0, SLACK].every(shift => above(actor, one => people[one]?.managers.filter(([since]) => since <= at + shift).slice(-1), at + shift).has(declarant)), "decided on themselves, or on whom they report to")
    }
    if (said.review) for (const one of both) (decided[one] ??= new Set()).add(said.review)
    state = to; turn = said
    if ((turn.assigned_for ?? turn.assignee ?? null) !== null) given[turn.assigned_for ?? turn.assignee] ??= at
  }
}

// --- rows
const OUTCOMES = { 0: "no_declaration", 1: "record", 2: "manager", 3: "compliance", 4: "executive", 5: "prohibited", 9: "invalid" }, KEPT = `number kind direction title country officials occurred_on currency heads base_currency
value_basis disposition state timing days_late due_on filing`.split(/\s/), DECISIONS = { approved: "approve", approved_with_conditions: S[2].replace("ed", "e"), refused: "refuse", sent_back: "send_back", escalated: "escalate", approval_requested: "request_approval", advised: "advise" }
const money = (minor, currency) => minor === null ? null : `${currency} ${minor}`, second = moment => moment?.replace(/\.\d+Z/, "Z"), person = id => id === null || id === undefined ? null : people[id].name
const assessed = ({ findings = [], outcome } = {}, words) => ({ outcome: OUTCOMES[outcome], clauses: [...new Set(findings.map(one => `${one.document} ${one.clause}`))].join("; "),
  findings: findings.map(one => `${one.clause}: ${one.sentence?.en ?? Object.values(one.sentence ?? {})[0] ?? ""}`).join("\n"),
  figures: findings.filter(one => one.figures.length).map(one => `${one.clause}: ${one.figures.map(each => `${words.figures?.[each.name] ?? each.name} ${each.money ? `${each.money.currency} ${units(each.money, words).toFixed(places(each.money.currency, words))}` : each.number}`).join(", ")}`).join("\n") })
export const places = (currency, words) => words.places[currency] ?? 2, units = ({ minor, currency }, words) => minor / 10 ** places(currency, words)
function compare(where, told, due, skipped) { for (const key of new Set([...Object.keys(told), ...Object.keys(due)])) check(skipped.includes(key) || same(told[key], due[key]), "register", 1, `${where}: its ${key} is not what the record says`) }
function checkDeclaration(chain, entries, decisions, words) {
  const { number } = chain[0].said, told = entries.get(number), seen = chain.filter(event => !event.later), row = last(seen)?.values.row
  if (!told) return check(false, "register", 1, `${number} has events, but is not in the register`)
  check(seen.length >= told.record_entry, "value", 4, `${number}: its latest events are missing`); check(seen.length <= told.record_entry, "register", 1, `${number}: there are events that it does not show`)
  const declarant = row?.declarant_id ?? (chain[0].action === "filed" ? chain[0].body.actor : null)
  if (declarant !== null) checkStory(chain, declarant)
  if (!check(row, "value", 4, `${number}: its row was not opened`) || !row) return number
  check(row.state === last(seen).body.to, "transition", 1, `${number}: its row says ${row.state}`)
  reading("value", number, () => {
    const filings = {}, reviews = seen.filter(event => event.said.review), conditions = reviews.flatMap(event => event.values.conditions ?? []), met = seen.filter(event => event.action === "condition_met").length
    for (const event of seen) if (event.body.commitments.facts) filings[event.said.filing] = event.values
    const { organisation: org, answers, assessment } = filings[row.filing], firm = firms[row.counterparty_id] ?? {}, done = assessment.conversion, foreign = done && done.source.currency !== done.result.currency ? done : {}, decided = last(reviews)?.body ?? {}
    const answer = (...names) => names.map(name => answers[name]).find(Boolean), company = companies[row.company_id].name, group = Object.values(companies).find(one => last(one.parents)[1] === null).currency
    const asked = words.sheets.find(sheet => sheet.key === row.kind).columns.map(column => column.key).filter(key => key.startsWith("asked_"))
    compare(number, told, { ...Object.fromEntries([...KEPT.map(key => [key, row[key]]), ...asked.map(key => [key, answers[key.slice(6)]])]), sheet: row.kind, until: row.ends_on, class: row.counterparty_class, taken_over_from: row.imported_from,
      record_entry: row.version, record_digest: last(seen).digest, filed_at: second(row.filed_at), company, declarant_number: org.number, declarant: org.name, unit: org.unit, manager: org.manager, prepared_by: person(row.prepared_by_id),
      counterparty: firm.name, registered_number: firm.registered_number, group: groups[firm.group], value: money(row.value_minor, row.currency), share: money(row.share_minor, row.currency), share_base: money(row.base_minor, row.base_currency),
      share_group: money(row.group_minor, group), ...assessed(assessment, words), outcome: OUTCOMES[row.outcome], purpose: answer("purpose", "proposal", "cause", "occasion", "part"), people: answer("received_by", "present", "traveller", "family_who", "relation_who"),
      note: answers.note, method: answers.method, rate: foreign.rate, rate_on: foreign.rate_on, policy_value: done && money(done.result.minor, done.result.currency), policy: assessment.policy_digest, decided_by: person(decided.actor), decided_as: decided.role,
      decided_for: person(decided.for), decided_at: second(decided.at), conditions_met: conditions.length ? `${met}/${conditions.length}` : null }, ["conditions", "circumstances"])
    const shown = (told.conditions ?? "").replace(/ \((met \d{4}-\d\d-\d\d|open)\)(?=\n|$)/g, (_, how) => ` (${how.slice(0, 3)})`)
    check(shown.replaceAll(" (met)", "").replaceAll(" (ope)", "") === conditions.map(one => `${one.due_on}: ${one.text}`).join("\n") && shown.split(" (met)").length - 1 === met, "register", 1, `${number}: its conditions are not what the record says`)
    const mine = decisions.get(number) ?? []
    decisions.delete(number); check(mine.length === reviews.length, "register", 1, `${number} shows ${mine.length} decisions of ${reviews.length}`)
    reviews.slice(0, mine.length).forEach(({ body, said, action, values, digest }, place) => compare(`${number}, decision ${body.sequence}`, mine[place], { sheet: "decision", number, company, kind: row.kind, declarant: person(row.declarant_id), review: said.review,
      decision: DECISIONS[action], decided_by: person(body.actor), decider_number: people[body.actor].number, decided_as: body.role, decided_for: person(body.for), decided_at: second(body.at), filing: said.filing, ...assessed(filings[said.filing].assessment, words),
      reason: values.reason, conditions: (values.conditions ?? []).map(one => `${one.due_on}: ${one.text}`).join("\n"), policy: body.policy, seen: body.seen, record_entry: body.sequence, record_digest: digest }, ["would_change"]))
  })
  return number
}
function checkPolicies(rows) {
  const known = new Set()
  for (const { digest, documents, replaced } of json("policies.json")) {
    check(hex(JSON.stringify([documents, replaced])) === digest, "value", 1, `policy ${digest} does not consist of these documents`); known.add(digest)
    for (const [key, name] of documents) if (check(bundle.has(`policies/${name}.json`) && bundle.has(`policies/${name}.toml`), "value", 4, `policy document ${key} is not there`) === true)
      check(hex(part(`policies/${name}.json`)) === name && [undefined, hex(part(`policies/${name}.toml`))].includes(published[name]), "value", 1, `policy document ${key} is not what was pinned or published`)
  }
  for (const { policy } of rows) check(!policy || known.has(policy), "value", 4, `policy ${policy} is pinned, but not explained`)
}
function checkTotals(entries) {
  const sums = {}, named = (one, names) => JSON.stringify(names.map(name => one[name] ?? null)), KEY = ["company", "kind", "state", "currency", "base_currency"], minor = amount => Number(amount?.split(" ")[1] ?? 0)
  for (const row of entries) { const sum = (sums[named(row, KEY)] ??= [0, 0, 0, 0, 0]); [1, row.value ? 0 : 1, ...["value", "share", "share_base"].map(key => minor(row[key]))].forEach((more, place) => { sum[place] += more }) }
  for (const line of json("totals.json")) { check(JSON.stringify(sums[named(line, KEY)]) === named(line, ["entries", "without_value", "value_minor", "share_minor", "base_minor"]), "totals", 1, `${named(line, KEY)} is not the sum of its rows`); delete sums[named(line, KEY)] }
  for (const key of Object.keys(sums)) check(false, "totals", 1, `${key} is not in the totals`)
}

// --- workbook
const lacking = what => { throw new Error(`there is no ${what}`) }
const plain = xml => xml.replace(/&(#x?)?(\w+);/g, (_, code, name) => code ? String.fromCodePoint(parseInt(name, code === "#" ? 10 : 16)) : { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }[name])
const texts = xml => [...xml.matchAll(/<t(?: [^>]*)?>([^<]*)<\/t>/g)].map(([, one]) => plain(one)).join("")
function sheetsOf(book) { // title → rows of cells that hold something
  const read = name => text(book.get(name)), attribute = (tag, name) => plain(tag.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? ""), files = new Map([...read("xl/_rels/workbook.xml.rels").matchAll(/<Relationship [^>]*>/g)].map(([tag]) => [attribute(tag, "Id"), attribute(tag, "Target").replace(/^\/?(xl\/)?/, "xl/")]))
  const shared = book.has("xl/sharedStrings.xml") ? [...read("xl/sharedStrings.xml").matchAll(/<si>(.*?)<\/si>|<si\/>/gs)].map(([, one]) => texts(one ?? "")) : [], column = name => [...name.replace(/\d/g, "")].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
  const value = (tag, inside) => { const v = inside.match(/<v>([^<]*)<\/v>/)?.[1], type = attribute(tag, "t"); return inside.includes("<f") ? NaN : type === "s" ? shared.at(Number(v)) ?? lacking(`shared text ${v}`) : type === "inlineStr" ? texts(inside) : v === undefined ? undefined : type === "str" ? plain(v) : Number(v) }
  return new Map([...read("xl/workbook.xml").matchAll(/<sheet [^>]*>/g)].map(([tag]) => [attribute(tag, "name"), () => [...read(files.get(attribute(tag, "r:id"))).matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row]) => {
    const cells = []
    for (const [, open = "", inside = ""] of row.matchAll(/<c( [^>]*?)?(?:\/>|>(.*?)<\/c>)/gs)) cells[attribute(open, "r") ? column(attribute(open, "r")) : cells.length] = value(open, inside)
    return cells }).filter(cells => cells.some(cell => cell !== undefined))]))
}
export const inCell = told => { const clean = told.replace(/\r\n?/g, "\n").replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]|\p{Cs}/gu, "\ufffd"); return clean.length > 32767 ? `${clean.slice(0, 32763).replace(/[\ud800-\udbff]$/, "")} […]` : clean }
const close = (value, due) => typeof value === "number" && Math.abs(value - due) <= Math.abs(due) / 1e12, clock = (at, zone) => Date.parse(`${new Date(at).toLocaleString("sv-SE", { timeZone: zone }).replace(" ", "T")}Z`)
function fits(value, told, column, words) {
  if (told === undefined || told === null || told === "") return value === undefined || value === ""
  const [currency, minor] = column.cell === "money" ? told.split(" ") : [], serial = (value - 25569) * DAY
  if (column.cell === "money") return close(value, units({ currency, minor: Number(minor) }, words))
  if (["whole", "rate"].includes(column.cell)) return close(value, Number(told))
  if (column.cell === "day") return typeof value === "number" && serial === Date.parse(told)
  if (column.cell === "moment") return typeof value === "number" && Math.abs(serial - clock(Date.parse(told), words.time_zone)) <= 1000
  return typeof value === "string" && value.replaceAll("_x005F_", "_") === inCell(column.labels?.[told] ?? String(told)).replaceAll("_x005F_", "_")
}
const rowsUnder = (sheets, { title, columns }, wrong) => [...sheets.keys()].filter(name => name === title || name.startsWith(`${title} `) && /^\d+$/.test(name.slice(title.length + 1))).flatMap(name => {
  const [head, ...rest] = sheets.get(name)()
  wrong(columns.every((column, at) => column.name === head?.[at]) && head.length === columns.length, `${name} has other columns than the words say`)
  wrong(rest.every(row => row.slice(columns.length).every(cell => cell === undefined)), `${name} has cells beside its columns`)
  return rest
})
function checkWorkbook(rows, entries, words, born) {
  const sheets = sheetsOf(unzip(part("register.xlsx"))), wrong = (good, what) => check(good, "workbook", 1, what)
  for (const { key, title, columns } of words.sheets) {
    const mine = rows.filter(row => row.sheet === key), place = columns.findIndex(column => column.key === "number"), cells = rowsUnder(sheets, { title, columns }, wrong)
    cells.forEach((row, at) => { const told = key === "breach" ? entries.get(row[place]) : mine[at]; wrong(told, `${title}, row ${at + 2} is in the workbook only`)
      if (told) columns.forEach((column, n) => wrong(column.key === "why" || column.composed && words.language !== "en" || fits(row[n], told[column.key], column, words), `${title}, row ${at + 2}, ${column.name} is not what its row says`)) })
    wrong(key === "breach" || cells.length === mine.length, `${title} has ${cells.length} rows of ${mine.length}`)
  }
  const sums = sheets.get(words.totals)().slice(1).filter(row => row[0] !== undefined), totals = json("totals.json"), amount = (minor, currency) => currency && units({ minor, currency }, words), label = (line, key) => words.labels[key][line[key]] ?? line[key]
  wrong(sums.length === totals.length, "the totals have another number of lines")
  totals.forEach((one, at) => [one.company, label(one, "kind"), label(one, "state"), one.entries, one.without_value, one.currency, amount(one.value_minor, one.currency), amount(one.share_minor, one.currency), one.base_currency, amount(one.base_minor, one.base_currency)].forEach((due, n) =>
    wrong(typeof due === "number" ? close(sums[at]?.[n], due) : (sums[at]?.[n] ?? null) === due, `the totals, row ${at + 2}, are not what was added up`)))
  wrong(sheets.get(words.integrity)().flat().includes(hex(part("register.jsonl"))), "the sheet of integrity names other rows")
  reading("changes", words.changes?.title, () => compareChanges(sheets, rows, entries, words, born))
}
const decidedIn = rows => { const decided = new Map(); for (const { sheet, number } of rows) if (sheet === "decision") decided.set(number, (decided.get(number) ?? 0) + 1); return decided }
function compareChanges(sheets, rows, entries, words, born) {
  const manifest = json("manifest.json"), { since } = manifest, before = since && earlier.find(one => hex(one.get("register.jsonl")) === since.lines_sha256), wrong = (good, what) => check(good, "changes", 1, what), listed = new Map()
  if (since === undefined || since && !before) return console.log("The sheet of changes is as it was sealed: the bundle of the extract before was not given.")
  for (const cells of rowsUnder(sheets, words.changes, wrong)) { const line = Object.fromEntries(words.changes.columns.map(({ key }, at) => [key, cells[at]])); listed.set(line.number, [...(listed.get(line.number) ?? []), line]) }
  if (!before) return wrong(!listed.size, "changes are listed, though there was no extract before")
  const then = objects("register.jsonl", before), old = { size: Number(text(before.get("checkpoint.txt")).split("\n")[1]), words: JSON.parse(text(before.get("words.json"))), entries: new Map(then.filter(row => row.sheet !== "decision").map(row => [row.number, row])), decided: decidedIn(then) }
  checkChanges({ manifest, now: { words, entries, decided: decidedIn(rows) }, old, born, listed, wrong })
}

function heldBy(one) { // a stream begins with what an earlier bundle held of it, and that was all there was under its checkpoint
  const size = Number(text(one.get("checkpoint.txt")).split("\n")[1]), before = new Map()
  for (const name of ["record.jsonl", "declarations.jsonl"]) for (const { body } of objects(name, one)) { const { stream } = JSON.parse(body); if (!before.has(stream)) before.set(stream, []); before.get(stream).push(hex(body)) }
  return (stream, chain) => {
    const then = before.get(stream) ?? null
    if (then) check(chain.length >= then.length && chain.every(({ digest, index }, at) => at < then.length ? digest === then[at] : index >= size), "chain", 2, `${stream} is not what the earlier bundle held of it`)
  }
}

export function checkContent(tools, streams) { // `streams(name)`: the events of a part, checked by themselves
  ({ check, reading, part, json, objects, hex, unzip, text, bundle, earlier } = tools)
  const held = earlier.map(heldBy)
  for (const [stream, chain] of streams("record.jsonl")) { reading("chain", stream, () => hear(stream, chain)); held.forEach(one => one(stream, chain)) }
  const rows = objects("register.jsonl"), words = json("words.json"), entries = new Map(), decisions = new Map(), listed = new Set(), born = new Map()
  check(rows.length === json("manifest.json").lines, "register", 1, "register.jsonl has another number of lines than was sealed")
  for (const row of rows) if (row.sheet === "decision") decisions.set(row.number, [...(decisions.get(row.number) ?? []), row]); else { check(!entries.has(row.number), "register", 1, `${row.number} is there twice`); entries.set(row.number, row) }
  checkPolicies(rows)
  for (const [stream, chain] of streams("declarations.jsonl")) { reading("register", stream, () => { born.set(chain[0].said.number, chain[0].index); listed.add(checkDeclaration(chain, entries, decisions, words)) }); held.forEach(one => one(stream, chain)) }
  for (const number of entries.keys()) check(listed.has(number), "value", 4, `${number} is in the register, but its events are not in the bundle`)
  for (const number of decisions.keys()) check(false, "register", 1, `${number} shows decisions, but is not in the register`)
  checkTotals(entries.values())
  reading("workbook", "register.xlsx", () => checkWorkbook(rows, entries, words, born))
}
