// Layers bundle, keys and checkpoint: the parts are those that were sealed, by keys that are trusted, over a record that goes on.
import { readFileSync } from "node:fs"
import { json, part, textOf, unzip } from "./archive.mjs"
import { check, reading } from "./findings.mjs"
import { bytesOf, checkpointsIn, continues, hex, isNoteSigned, isSigned } from "./proofs.mjs"

const NEEDED = [
  "register.xlsx", "register.jsonl", "declarations.jsonl", "record.jsonl", "checkpoint.txt", "checkpoints.jsonl",
  "keys.json", "policies.json", "totals.json", "words.json", "read-me.txt", "manifest.sig",
]
const RECEIPT = ["receipt.json", "receipt.sig"]
const UNSEALED = ["manifest.json", "manifest.sig", ...RECEIPT]

export function checkParts(parts) {
  const sealed = new Map(json(parts, "manifest.json").parts.map((one) => [one.name, one]))
  const taken = RECEIPT.some((name) => parts.has(name))
  for (const name of new Set([...sealed.keys(), ...NEEDED, ...(taken ? UNSEALED : [])])) {
    check(parts.has(name), "bundle", 4, `${name} is missing`)
  }
  for (const [name, content] of parts) {
    const known = sealed.get(name)
    check(known || UNSEALED.includes(name), "bundle", 4, `${name} is not in the manifest`)
    const whole = !known || (content.sha256 === known.sha256 && content.size === known.size)
    check(whole, "bundle", 1, `${name} is not what was sealed`)
  }
}

/** The keys that may be trusted: the auditor's `own` (all in the bundle where there are none), and those these vouch for. */
export function checkKeys(parts, own) {
  const keys = json(parts, "keys.json")
  const alike = (one, other) => one.public === other.public && one.purpose === other.purpose
  const trusted = keys.filter((key) => !own.length || own.some((one) => alike(one, key)))
  const told = new Map()
  for (const event of part(parts, "record.jsonl").objects()) {
    const body = JSON.parse(event.body)
    if (body.stream !== "record") continue
    hearOfKeys(body, told)
    if (body.action !== "record:key_changed") continue
    const by = trusted.find((one) => one.id === event.key && one.purpose === "event")
    const named = keys.find((one) => alike(one, body.public))
    const vouched = by && named && isSigned(by.public, Buffer.from(event.body), bytesOf(event.signature))
    if (vouched && !trusted.includes(named)) trusted.push(named)
  }
  for (const key of keys) {
    const known = told.get(key.id)
    const good = known && key.id === idOf(key) && Object.entries(known).every(([name, value]) => key[name] === value)
    if (check(trusted.includes(key), "keys", 3, `key ${key.id} is not trusted`)) {
      check(good, "keys", 3, `key ${key.id} is not the one the record names`)
    }
  }
  for (const id of told.keys()) check(keys.some((key) => key.id === id), "keys", 4, `key ${id} is in the record only`)
  checkSeal(parts, trusted, "manifest", "checkpoint", "aboveboard bundle 1")
  if (RECEIPT.some((name) => parts.has(name))) {
    checkSeal(parts, trusted, "receipt", "event", "aboveboard receipt 1")
    reading("keys", "receipt", () => {
      const mine = json(parts, "receipt.json").manifest === part(parts, "manifest.json").sha256
      check(mine, "keys", 3, "the receipt is of another bundle")
    })
  }
  return trusted
}

const idOf = (key) => hex(Buffer.from(key.public, "hex")).slice(0, 16)

function hearOfKeys({ action, at, public: said }, told) {
  const begins = /key_(changed|lost)/.test(action) ? at : null
  if (/key_(introduced|changed|lost)|signed_from/.test(action)) {
    const { key: id, public: bytes, purpose } = said
    told.set(id, { id, public: bytes, purpose, valid_from: begins, valid_to: null, ended: null })
  }
  const end = (id, ended) => Object.assign(told.get(id) ?? {}, { ended, valid_to: at })
  if (action === "record:key_lost") for (const gone of said.replaces.split(" ")) end(gone, "lost")
  if (action === "record:key_retired") end(said.key, "rotated")
}

function checkSeal(parts, trusted, name, purpose, format) {
  reading("keys", name, () => {
    const key = trusted.find((one) => one.id === json(parts, `${name}.json`).key && one.purpose === purpose)
    const content = Buffer.concat([Buffer.from(`${format}\n`), part(parts, `${name}.json`).bytes()])
    const signature = bytesOf(part(parts, `${name}.sig`).bytes().toString("latin1"))
    check(key && isSigned(key.public, content, signature), "keys", 3, `${name} is not signed by a trusted key`)
  })
}

/** The checkpoint that all is proved against, and the earlier bundles among the files of `previous`. */
export async function checkCheckpoints(parts, trusted, previous) {
  const [top] = checkpointsIn(part(parts, "checkpoint.txt").text())
  const proved = [top]
  const said = json(parts, "manifest.json").checkpoint
  const named = said.origin === top.origin && said.size === top.size && said.root === top.root.toString("hex")
  check(isNoteSigned(top, trusted), "keys", 3, "checkpoint.txt is not signed by a trusted key")
  check(named, "checkpoint", 2, "the manifest names another checkpoint")
  for (const { consistency, note } of part(parts, "checkpoints.jsonl").objects()) {
    const [one] = checkpointsIn(note)
    check(isNoteSigned(one, trusted), "keys", 3, "an earlier checkpoint is not signed by a trusted key")
    const good = continues(one, top, consistency.map(bytesOf))
    if (check(good, "checkpoint", 2, `the checkpoint over ${one.size} is not continued`)) proved.push(one)
  }
  const earlier = []
  for (const path of previous) {
    const content = readFileSync(path)
    const isZip = content.subarray(0, 2).equals(Buffer.from("PK"))
    if (isZip) earlier.push(await unzip(path))
    const text = isZip ? earlier.at(-1).get("checkpoint.txt").text() : textOf(content)
    for (const kept of checkpointsIn(text)) checkKept(kept, proved, trusted)
  }
  return { top, earlier }
}

function checkKept(kept, proved, trusted) {
  const match = proved.find((one) => one.size === kept.size && one.origin === kept.origin)
  const where = `your checkpoint over ${kept.size}`
  check(isNoteSigned(kept, trusted), "keys", 3, "your checkpoint is not signed by a trusted key")
  if (check(match, "checkpoint", 4, `${where} is newer, or among none of those given`)) {
    check(match.root.equals(kept.root), "checkpoint", 2, `${where} is over another tree`)
  }
}
