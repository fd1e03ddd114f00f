// Does the sheet of changes list what differs from the extract before? Only that one's bundle, given with --previous, can tell.
import { inCell, places, units } from "./content.mjs"

const UNTOLD = Symbol("a text that only the app's own words can say"), POSITION = ["record_entry", "record_digest"]
const columnsOf = words => new Map(words.sheets.map(sheet => [sheet.key, new Map(sheet.columns.map(column => [column.key, column]))]))
const says = (value, text) => text === UNTOLD || (text === null ? value === undefined || value === "" : String(value).replaceAll("_x005F_", "_") === inCell(text).replaceAll("_x005F_", "_"))

/** `now` and `old`: { words, entries: number → row, decided: number → how many }, `old` with the `size` of its tree; `born`: number → leaf;
 *  `listed`: number → lines of the sheet by key; `wrong(good, what)` takes what was found. */
export function checkChanges({ manifest, now, old, born, listed, wrong }) {
  const { words } = now, columns = columnsOf(words), before = columnsOf(old.words), word = slug => words.changes.became[slug]
  const day = moment => new Date(moment).toLocaleDateString("sv-SE", { timeZone: words.time_zone })
  const said = (value, column, language) => {
    if (value === undefined || value === "") return null
    if ((column.composed && words.language !== "en") || (column.labels && language !== words.language)) return UNTOLD
    const [currency, minor] = column.cell === "money" ? value.split(" ") : []
    if (currency) return `${currency} ${units({ currency, minor: Number(minor) }, words).toFixed(places(currency, words))}`
    return String(column.labels?.[value] ?? value)
  }
  const named = (heading, sheet) => { const name = heading.replace(/ \(\d+\)$/, ""); return [...columns.get(sheet).values()].some(column => column.name === name) ? name : heading }
  const due = (one, was) => { // lines of [became, field, before, now]; null where the two registers do not tell
    if (!one || (!was && (born.get(one.number) ?? 0) < old.size)) return null
    if (!was) return [[word(one.occurred_on <= manifest.since.last_on ? "entered_late" : "new"), null, null, null]]
    const decided = (now.decided.get(one.number) ?? 0) > (old.decided.get(one.number) ?? 0)
    const became = word(one.state === "withdrawn" && was.state !== "withdrawn" ? "withdrawn" : decided ? "decided" : "changed")
    const differing = [...columns.get(one.sheet)].filter(([key]) => before.get(one.sheet).has(key) && !POSITION.includes(key) && one[key] !== was[key])
    const lines = differing.map(([key, column]) => [became, named(column.name, one.sheet), said(was[key], before.get(one.sheet).get(key), old.words.language), said(one[key], column, words.language)])
    return lines.length || one.record_entry === was.record_entry ? lines : [[became, null, null, null]]
  }
  for (const number of new Set([...listed.keys(), ...now.entries.keys(), ...old.entries.keys()])) {
    const one = now.entries.get(number), was = old.entries.get(number), lines = listed.get(number) ?? [], wanted = due(one, was)
    if (wanted === null) {
      const filed = was && !one ? day(was.filed_at) : ""
      wrong(lines.length || !(filed >= manifest.register.first_on && filed <= manifest.register.last_on), `${number} stood in the earlier register, and nothing says what became of it`)
      continue
    }
    const place = line => line.entry_before === was?.record_entry && line.entry_now === one.record_entry && line.record_digest === one.record_digest
    const fits = (line, [...texts]) => place(line) && ["became", "field", "before", "now"].every((key, at) => says(line[key], texts[at]))
    let at = 0, good = true
    for (const line of lines) if (at < wanted.length && fits(line, wanted[at])) at++; else good &&= line.field !== undefined && line.before === line.now // less than a cell can show
    wrong(good && at === wanted.length, `${number} is not listed as the two registers say it must be`)
  }
}
