#!/usr/bin/env node
// The second opinion: checks a register's bundle as FORMAT.md says, with nothing but Node. It shares no line with the first.
//   node verify.mjs BUNDLE.zip [--keys KEYS.json] [--previous CHECKPOINT.txt | EARLIER-BUNDLE.zip] …
import { readFileSync } from "node:fs"
import { json, unzip } from "./second/archive.mjs"
import { heldBy, streams } from "./second/events.mjs"
import { check, reading, unreadable, verdict } from "./second/findings.mjs"
import { Register } from "./second/register.mjs"
import { checkDeclaration, checkPolicies } from "./second/rows.mjs"
import { checkCheckpoints, checkKeys, checkParts } from "./second/sealed.mjs"
import { checkWorkbook } from "./second/workbook.mjs"
import { hear } from "./second/world.mjs"

const [path, ...options] = process.argv.slice(2)
const given = (name) => options.filter((_, at) => options[at - 1] === name)
const own = []
let keys = []

async function checkBundle() {
  const parts = await unzip(path)
  checkParts(parts)
  keys = json(parts, "keys.json")
  for (const file of given("--keys")) own.push(...JSON.parse(readFileSync(file, "utf8")))
  const trusted = checkKeys(parts, own)
  const { top, earlier } = await checkCheckpoints(parts, trusted, given("--previous"))
  await checkContent(parts, { trusted, top }, earlier)
}

async function checkContent(parts, proof, earlier) {
  const held = earlier.map(heldBy)
  for (const [stream, chain] of streams(parts, "record.jsonl", proof)) {
    reading("chain", stream, () => hear(stream, chain))
    for (const holds of held) holds(stream, chain)
  }
  const register = new Register(parts)
  const words = json(parts, "words.json")
  check(register.lines === json(parts, "manifest.json").lines, "register", 1, "register.jsonl has another number of lines than was sealed")
  checkPolicies(parts, register.policies)
  const born = checkDeclarations(parts, proof, held, register, words)
  register.checkTotals(json(parts, "totals.json"))
  await checkWorkbook(parts, register, words, { parts, earlier, born }).catch((problem) => unreadable("workbook", "register.xlsx", problem))
}

/** Number → leaf of its first event. */
function checkDeclarations(parts, proof, held, register, words) {
  const born = new Map()
  const listed = new Set()
  for (const [stream, chain] of streams(parts, "declarations.jsonl", proof)) {
    reading("register", stream, () => {
      born.set(chain[0].said.number, chain[0].index)
      listed.add(checkDeclaration(chain, register, words))
    })
    for (const holds of held) holds(stream, chain)
  }
  for (const number of register.numbers()) {
    check(listed.has(number), "value", 4, `${number} is in the register, but its events are not in the bundle`)
  }
  for (const number of register.decidedNumbers()) {
    check(register.has(number), "register", 1, `${number} shows decisions, but is not in the register`)
  }
  return born
}

await checkBundle().catch((problem) => unreadable("bundle", path, problem))
const { code, lines } = verdict()
if (!own.length) {
  lines.push("The keys are the bundle's own: compare them with yours on paper:", ...keys.map((key) => `  ${key.purpose} ${key.public}`))
}
console.log([`Bundle ${path}`, ...lines].join("\n"))
process.exitCode = code
