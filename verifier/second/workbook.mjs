// Layer workbook: each cell holds what its row says.
import { json, part, unzip } from "./archive.mjs"
import { inCell, sameText, Workbook } from "./cells.mjs"
import { checkChanges } from "./changes.mjs"
import { check, progress, reading } from "./findings.mjs"
import { units } from "./rows.mjs"

const DAY = 86400e3
const EPOCH = 25569 // the serial number of 1970-01-01
const BREACHES = "breach" // its sheet repeats entries
const NOT_DERIVED = "why" // a column that the app's own words fill
const wrong = (good, what) => check(good, "workbook", 1, what)

export async function checkWorkbook(parts, register, words, changes) {
  const book = new Workbook(await unzip(part(parts, "register.xlsx").file()))
  for (const sheet of words.sheets) checkSheet(book, sheet, register, words)
  checkTotals([...book.rows(words.totals)].slice(1), json(parts, "totals.json"), words)
  const named = [...book.rows(words.integrity)].flat().includes(part(parts, "register.jsonl").sha256)
  wrong(named, "the sheet of integrity names other rows")
  reading("changes", words.changes?.title, () => {
    checkChanges((columns, tell) => rowsUnder(book, columns, tell), { ...changes, register, words })
  })
}

/** The rows of a sheet, however many worksheets it goes on over. */
function* rowsUnder(book, { title, columns }, tell) {
  for (const name of book.titles()) {
    const more = name.startsWith(`${title} `) && /^\d+$/.test(name.slice(title.length + 1))
    if (name !== title && !more) continue
    let head = null
    for (const row of book.rows(name)) {
      if (head !== null) {
        tell(row.slice(columns.length).every((cell) => cell === undefined), `${name} has cells beside its columns`)
        yield row
        continue
      }
      head = row
    }
    const good = head?.length === columns.length && columns.every((column, at) => column.name === head[at])
    tell(good, `${name} has other columns than the words say`)
  }
}

function checkSheet(book, { key, title, columns }, register, words) {
  const number = columns.findIndex((column) => column.key === "number")
  const derived = columns.map((column) => column.key !== NOT_DERIVED && (!column.composed || words.language === "en"))
  let at = 0
  for (const cells of rowsUnder(book, { title, columns }, wrong)) {
    const told = key === BREACHES ? register.entry(cells[number]) : register.rowOf(key, at)
    at += 1
    progress(title, at)
    if (!wrong(told, `${title}, row ${at + 1} is in the workbook only`)) continue
    columns.forEach((column, place) => {
      const good = !derived[place] || fits(cells[place], told[column.key], column, words)
      wrong(good, `${title}, row ${at + 1}, ${column.name} is not what its row says`)
    })
  }
  wrong(key === BREACHES || at === register.count(key), `${title} has ${at} rows of ${register.count(key)}`)
}

function fits(value, told, column, words) {
  if (told === undefined || told === null || told === "") return value === undefined || value === ""
  switch (column.cell) {
    case "money": {
      const [currency, minor] = told.split(" ")
      return close(value, units({ currency, minor: Number(minor) }, words))
    }
    case "whole":
    case "rate":
      return close(value, Number(told))
    case "day":
      return typeof value === "number" && (value - EPOCH) * DAY === Date.parse(told)
    case "moment":
      return typeof value === "number" && Math.abs((value - EPOCH) * DAY - onTheWall(told, words.time_zone)) <= 1000
    default:
      return typeof value === "string" && sameText(value, inCell(column.labels?.[told] ?? String(told)))
  }
}

const close = (value, due) => typeof value === "number" && Math.abs(value - due) <= Math.abs(due) / 1e12

const clocks = new Map()

/** The moment that a clock on the wall of `zone` would show as UTC, in milliseconds. */
function onTheWall(moment, zone) {
  if (!clocks.has(zone)) clocks.set(zone, new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }))
  return Date.parse(`${clocks.get(zone).format(Date.parse(moment)).replace(" ", "T")}Z`)
}

function checkTotals(rows, totals, words) {
  const shown = rows.filter((row) => row[0] !== undefined)
  const amount = (minor, currency) => currency && units({ minor, currency }, words)
  const label = (line, key) => words.labels[key][line[key]] ?? line[key]
  wrong(shown.length === totals.length, "the totals have another number of lines")
  totals.forEach((one, at) => {
    const due = [
      one.company, label(one, "kind"), label(one, "state"), one.entries, one.without_value,
      one.currency, amount(one.value_minor, one.currency), amount(one.share_minor, one.currency),
      one.base_currency, amount(one.base_minor, one.base_currency),
    ]
    due.forEach((each, place) => {
      const cell = shown[at]?.[place]
      const good = typeof each === "number" ? close(cell, each) : (cell ?? null) === each
      wrong(good, `the totals, row ${at + 2}, are not what was added up`)
    })
  })
}
