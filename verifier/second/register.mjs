// The rows of register.jsonl where they stand, so that none is kept in memory: by number, by sheet, and added up.
import { part, textOf } from "./archive.mjs"
import { check } from "./findings.mjs"

const SUMMED = ["company", "kind", "state", "currency", "base_currency"]
const TOLD = ["entries", "without_value", "value_minor", "share_minor", "base_minor"]
const DECISION = "decision"

const named = (one, names) => JSON.stringify(names.map((name) => one[name] ?? null))
const minor = (amount) => Number(amount?.split(" ")[1] ?? 0)

export class Register {
  lines = 0
  policies = new Set()
  #part
  #entries = new Map() // number → place
  #decisions = new Map() // number → places
  #sheets = new Map() // sheet → places
  #sums = new Map()

  constructor(parts) {
    this.#part = part(parts, "register.jsonl")
    for (const { at, content } of this.#part.pieces("\n")) this.#take(JSON.parse(textOf(content)), [at, content.length])
  }

  #take(row, place) {
    this.lines += 1
    if (row.policy) this.policies.add(row.policy)
    this.#sheets.set(row.sheet, this.#sheets.get(row.sheet) ?? [])
    this.#sheets.get(row.sheet).push(place)
    if (row.sheet === DECISION) {
      this.#decisions.set(row.number, [...(this.#decisions.get(row.number) ?? []), place])
      return
    }
    check(!this.#entries.has(row.number), "register", 1, `${row.number} is there twice`)
    this.#entries.set(row.number, place)
    this.#add(row)
  }

  #add(row) {
    const key = named(row, SUMMED)
    const sum = this.#sums.get(key) ?? [0, 0, 0, 0, 0]
    const more = [1, row.value ? 0 : 1, minor(row.value), minor(row.share), minor(row.share_base)]
    this.#sums.set(key, sum.map((one, at) => one + more[at]))
  }

  #row([at, length]) {
    return JSON.parse(this.#part.text(at, length))
  }

  /** The entry of that number, if there is one. */
  entry(number) {
    return this.#entries.has(number) ? this.#row(this.#entries.get(number)) : undefined
  }

  decisions(number) {
    return (this.#decisions.get(number) ?? []).map((place) => this.#row(place))
  }

  decided(number) {
    return this.#decisions.get(number)?.length ?? 0
  }

  numbers() {
    return this.#entries.keys()
  }

  decidedNumbers() {
    return this.#decisions.keys()
  }

  has(number) {
    return this.#entries.has(number)
  }

  count(sheet) {
    return this.#sheets.get(sheet)?.length ?? 0
  }

  /** The row at that place of a sheet, from 0. */
  rowOf(sheet, place) {
    const found = this.#sheets.get(sheet)?.[place]
    return found && this.#row(found)
  }

  checkTotals(totals) {
    const sums = new Map(this.#sums)
    for (const line of totals) {
      const key = named(line, SUMMED)
      check(JSON.stringify(sums.get(key)) === named(line, TOLD), "totals", 1, `${key} is not the sum of its rows`)
      sums.delete(key)
    }
    for (const key of sums.keys()) check(false, "totals", 1, `${key} is not in the totals`)
  }
}
