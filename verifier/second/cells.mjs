// What a worksheet's cells hold, read a row at a time out of the XML of Office Open XML (ECMA-376, part 1, 18.3).
import { part, textOf } from "./archive.mjs"

const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }
const CELL = /<c( [^>]*?)?(?:\/>|>(.*?)<\/c>)/gs

const plain = (xml) =>
  xml.replace(/&(#x?)?(\w+);/g, (_, code, name) => (code ? String.fromCodePoint(parseInt(name, code === "#" ? 10 : 16)) : NAMED[name]))
const attribute = (tag, name) => plain(tag.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? "")
const textsIn = (xml) => [...xml.matchAll(/<t(?: [^>]*)?>([^<]*)<\/t>/g)].map(([, one]) => plain(one)).join("")
const tags = (xml, name) => [...xml.matchAll(new RegExp(`<${name} [^>]*>`, "g"))].map(([tag]) => tag)

export class Workbook {
  #book
  #shared = []
  #sheets = new Map() // title → name of its part

  constructor(book) {
    this.#book = book
    const files = new Map(
      tags(part(book, "xl/_rels/workbook.xml.rels").text(), "Relationship").map((tag) => [
        attribute(tag, "Id"),
        attribute(tag, "Target").replace(/^\/?(xl\/)?/, "xl/"),
      ]),
    )
    for (const tag of tags(part(book, "xl/workbook.xml").text(), "sheet")) {
      this.#sheets.set(attribute(tag, "name"), files.get(attribute(tag, "r:id")))
    }
    if (!book.has("xl/sharedStrings.xml")) return
    const shared = part(book, "xl/sharedStrings.xml").text()
    this.#shared = [...shared.matchAll(/<si>(.*?)<\/si>|<si\/>/gs)].map(([, one]) => textsIn(one ?? ""))
  }

  titles() {
    return [...this.#sheets.keys()]
  }

  /** The rows in which some cell holds something, each a list with a place for every column. */
  *rows(title) {
    if (!this.#sheets.has(title)) throw new Error(`there is no sheet ${title}`)
    for (const { content } of part(this.#book, this.#sheets.get(title)).pieces("</row>")) {
      const xml = textOf(content)
      const cells = this.#cells(xml.slice(xml.lastIndexOf("<row ")))
      if (cells.some((cell) => cell !== undefined)) yield cells
    }
  }

  #cells(row) {
    const cells = []
    for (const [, open = "", inside = ""] of row.matchAll(CELL)) {
      const name = / r="([A-Z]+)/.exec(open)?.[1]
      cells[name ? columnOf(name) : cells.length] = this.#value(/ t="(\w+)"/.exec(open)?.[1], inside)
    }
    return cells
  }

  #value(type, inside) {
    if (inside.includes("<f")) return NaN // nothing in a register is worked out by a formula
    if (type === "inlineStr") return textsIn(inside)
    const held = /<v>([^<]*)<\/v>/.exec(inside)?.[1]
    if (type === "s") {
      const shared = this.#shared[Number(held)]
      if (shared === undefined) throw new Error(`there is no shared text ${held}`)
      return shared
    }
    if (held === undefined) return undefined
    return type === "str" ? plain(held) : Number(held)
  }
}

function columnOf(letters) {
  let number = 0
  for (let at = 0; at < letters.length; at++) number = number * 26 + letters.charCodeAt(at) - 64
  return number - 1
}

/** What a cell can hold of a text. */
export function inCell(text) {
  const clean = text.replace(/\r\n?/g, "\n").replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]|\p{Cs}/gu, "\ufffd")
  return clean.length > 32767 ? `${clean.slice(0, 32763).replace(/[\ud800-\udbff]$/, "")} […]` : clean
}

/** Whether two texts are one, however the underscores that Excel would take for an escape are written. */
export const sameText = (one, other) => one.replaceAll("_x005F_", "_") === other.replaceAll("_x005F_", "_")
