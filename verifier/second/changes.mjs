// Layer changes: the sheet of changes lists what differs from the extract before, whose bundle alone can tell.
import { json, part } from "./archive.mjs"
import { inCell, sameText } from "./cells.mjs"
import { treeSize } from "./events.mjs"
import { check, remark } from "./findings.mjs"
import { Register } from "./register.mjs"
import { inUnits } from "./rows.mjs"

const UNTOLD = Symbol("a text that only the app's own words can say")
const POSITION = ["record_entry", "record_digest"]
const wrong = (good, what) => check(good, "changes", 1, what)

/** `rowsOf(sheet, tell)`: the rows of a sheet; `born`: number → leaf of its first event; `earlier`: the bundles given. */
export function checkChanges(rowsOf, { parts, register, words, earlier, born }) {
  const { since, register: days } = json(parts, "manifest.json")
  const before = since && earlier.find((one) => part(one, "register.jsonl").sha256 === since.lines_sha256)
  if (since === undefined || (since && !before)) {
    return remark("The sheet of changes is as it was sealed: the bundle of the extract before was not given.")
  }
  const listed = linesByNumber(rowsOf(words.changes, wrong), words.changes.columns)
  if (!before) return wrong(!listed.size, "changes are listed, though there was no extract before")
  const then = { register: new Register(before), words: json(before, "words.json"), size: treeSize(before) }
  const due = new Due({ register, words, born, since }, then)
  for (const number of new Set([...listed.keys(), ...register.numbers(), ...then.register.numbers()])) {
    checkNumber(number, listed.get(number) ?? [], register.entry(number), then.register.entry(number), due, days, words)
  }
}

function linesByNumber(rows, columns) {
  const listed = new Map()
  for (const cells of rows) {
    const line = Object.fromEntries(columns.map(({ key }, at) => [key, cells[at]]))
    listed.set(line.number, [...(listed.get(line.number) ?? []), line])
  }
  return listed
}

function checkNumber(number, lines, now, was, due, days, words) {
  const wanted = due.lines(now, was)
  if (wanted === null) {
    const filed = was && !now ? dayOf(was.filed_at, words) : ""
    const told = lines.length || !(filed >= days.first_on && filed <= days.last_on)
    return wrong(told, `${number} stood in the earlier register, and nothing says what became of it`)
  }
  const placed = (line) =>
    line.entry_before === was?.record_entry && line.entry_now === now.record_entry && line.record_digest === now.record_digest
  const fits = (line, texts) => placed(line) && ["became", "field", "before", "now"].every((key, at) => says(line[key], texts[at]))
  let next = 0
  let good = true
  for (const line of lines) {
    if (next < wanted.length && fits(line, wanted[next])) next += 1
    else good &&= line.field !== undefined && line.before === line.now // what differs is less than a cell shows
  }
  return wrong(good && next === wanted.length, `${number} is not listed as the two registers say it must be`)
}

const dayOf = (moment, words) => new Date(moment).toLocaleDateString("sv-SE", { timeZone: words.time_zone })

function says(cell, text) {
  if (text === UNTOLD) return true
  return text === null ? cell === undefined || cell === "" : sameText(String(cell), inCell(text))
}

/** The lines [became, field, before, now] that two registers ask for. */
class Due {
  #now
  #then
  #columns
  #before
  constructor(now, then) {
    this.#now = now
    this.#then = then
    this.#columns = columnsOf(now.words)
    this.#before = columnsOf(then.words)
  }

  /** Of an entry as it is `now` and `was`; null where the two registers do not tell. */
  lines(now, was) {
    if (!now || (!was && (this.#now.born.get(now.number) ?? 0) < this.#then.size)) return null
    if (!was) return [[this.#word(now.occurred_on <= this.#now.since.last_on ? "entered_late" : "new"), null, null, null]]
    const became = this.#became(now, was)
    const before = this.#before.get(now.sheet)
    const lines = []
    for (const [key, column] of this.#columns.get(now.sheet)) {
      if (!before.has(key) || POSITION.includes(key) || now[key] === was[key]) continue
      const [old, fresh] = [this.#said(was[key], before.get(key), this.#then.words), this.#said(now[key], column, this.#now.words)]
      lines.push([became, this.#heading(column.name, now.sheet), old, fresh])
    }
    return lines.length || now.record_entry === was.record_entry ? lines : [[became, null, null, null]]
  }

  #word(slug) {
    return this.#now.words.changes.became[slug]
  }

  #became(now, was) {
    if (now.state === "withdrawn" && was.state !== "withdrawn") return this.#word("withdrawn")
    const decided = this.#now.register.decided(now.number) > this.#then.register.decided(now.number)
    return this.#word(decided ? "decided" : "changed")
  }

  /** Without the ` (2)` of a heading that repeats another. */
  #heading(heading, sheet) {
    const name = heading.replace(/ \(\d+\)$/, "")
    return [...this.#columns.get(sheet).values()].some((column) => column.name === name) ? name : heading
  }

  #said(value, column, told) {
    const { words } = this.#now
    if (value === undefined || value === "") return null
    if ((column.composed && words.language !== "en") || (column.labels && told.language !== words.language)) return UNTOLD
    if (column.cell !== "money") return String(column.labels?.[value] ?? value)
    const [currency, minor] = value.split(" ")
    return inUnits({ currency, minor: Number(minor) }, words)
  }
}

const columnsOf = (words) => new Map(words.sheets.map((sheet) => [sheet.key, new Map(sheet.columns.map((column) => [column.key, column]))]))
