#!/usr/bin/env node
// The second opinion: checks a register's bundle as FORMAT.md says, with nothing but Node. It shares no line with the first.
//   node verify.mjs BUNDLE.zip [--keys KEYS.json] [--previous CHECKPOINT.txt | EARLIER-BUNDLE.zip] …
import { createHash, createPublicKey, verify as ed25519 } from "node:crypto"
import { readFileSync } from "node:fs"
import { inflateRawSync } from "node:zlib"
import { checkContent } from "./content.mjs"

const LAYERS = "bundle keys checkpoint signature tree chain transition entitlement value register workbook totals changes".split(" ")
const found = [], check = (good, layer, code, what) => good || found.push([layer, code, what])
const reading = (layer, where, act) => { try { act() } catch (problem) { check(false, layer, 4, `${where} cannot be read (${problem.message})`) } }
const H = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest(), hex = (...parts) => H(...parts).toString("hex")
const bin = base64 => { const content = Buffer.from(base64, "base64"); return content.toString("base64") === base64 ? content : Buffer.alloc(0) }, text = part => new TextDecoder("utf-8", { fatal: true }).decode(part)
const signed = (key, content, signature) => ed25519(null, content, createPublicKey({ format: "der", type: "spki", key: Buffer.from(`302a300506032b6570032100${key.public}`, "hex") }), signature)
const SLACK = 300e3, node = (left, right) => H(Buffer.of(1), left, right), last = list => list[list.length - 1]
const given = name => process.argv.flatMap((word, place, all) => (word === name ? [all[place + 1]] : []))

function unzip(file) { // name → content
  const parts = new Map(), end = file.lastIndexOf("PK\x05\x06", undefined, "latin1")
  for (let left = file.readUInt16LE(end + 10), at = file.readUInt32LE(end + 16); left > 0; left--) {
    const [method, nameSize, more, note] = [10, 28, 30, 32].map(place => file.readUInt16LE(at + place)), name = text(file.subarray(at + 46, at + 46 + nameSize))
    const local = file.readUInt32LE(at + 42), start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
    const raw = file.subarray(start, start + file.readUInt32LE(at + 20))
    check(!parts.has(name), "bundle", 4, `${name} is there twice`)
    parts.set(name, method === 8 ? inflateRawSync(raw) : raw)
    at += 46 + nameSize + more + note
  }
  return parts
}

const notes = from => [...from.replaceAll("\r\n", "\n").matchAll(/^(\S+)\n([0-9]+)\n([A-Za-z0-9+/=]{44})\n\n((?:— \S+ [A-Za-z0-9+/=]+\n)+)/gm)].map(([, origin, size, root, ends]) => ({
  origin, size: Number(size), root: bin(root), good: keys => ends.trimEnd().split("\n").map(line => line.split(" ")).some(([, name, code]) => name === origin && keys.some(key =>
    key.purpose === "checkpoint" && bin(code).subarray(0, 4).equals(H(`${name}\n\x01`, Buffer.from(key.public, "hex")).subarray(0, 4))
    && signed(key, Buffer.from(`${origin}\n${size}\n${root}\n`), bin(code).subarray(4)))) }))

function climb(fn, sn, start, proof) { // RFC 9162, 2.1.3.2 and 2.1.4.2: the roots a proof leads to, of the tree then and of the tree now
  let [then, now] = [start, start]
  for (const step of proof) {
    if (!sn) return []
    if (fn % 2 || fn === sn) { then = node(step, then); now = node(step, now); while (fn && !(fn % 2)) { fn >>= 1; sn >>= 1 } } else now = node(now, step)
    fn >>= 1; sn >>= 1
  }
  return sn ? [] : [then, now]
}
function continues(old, oldRoot, size, root, proof) {
  if (old >= size || old < 1) return old === size && !proof.length && oldRoot.equals(root)
  const shift = 31 - Math.clz32(old & -old), path = old === 1 << shift ? [oldRoot, ...proof] : proof
  const [then, now] = path.length ? climb((old - 1) >> shift, (size - 1) >> shift, path[0], path.slice(1)) : []
  return Boolean(then?.equals(oldRoot) && now.equals(root))
}

let bundle, keys, trusted, top, own, earlier = [] // --- parts, keys, checkpoints
const part = (name, from = bundle) => from.get(name) ?? (() => { throw new Error(`${name} is missing`) })(), json = name => JSON.parse(text(part(name)))
function* lines(name, from) { const content = part(name, from); for (let at = 0, end; (end = content.indexOf(10, at)) >= 0; at = end + 1) yield text(content.subarray(at, end)) } // a part may be longer than any text
const objects = (name, from) => Array.from(lines(name, from), line => JSON.parse(line))
const NEEDED = "register.xlsx register.jsonl declarations.jsonl record.jsonl checkpoint.txt checkpoints.jsonl keys.json policies.json totals.json words.json read-me.txt manifest.sig".split(" ")
function checkParts() {
  const sealed = new Map(json("manifest.json").parts.map(one => [one.name, one])), loose = ["manifest.json", "manifest.sig", "receipt.json", "receipt.sig"]
  for (const name of new Set([...sealed.keys(), ...NEEDED, ...(bundle.has("receipt.json") || bundle.has("receipt.sig") ? loose : [])])) check(bundle.has(name), "bundle", 4, `${name} is missing`)
  for (const name of bundle.keys()) check(sealed.has(name) || loose.includes(name), "bundle", 4, `${name} is not in the manifest`)
  for (const [name, one] of sealed) if (bundle.has(name)) check(hex(part(name)) === one.sha256 && part(name).length === one.size, "bundle", 1, `${name} is not what was sealed`)
}
function checkKeys() {
  const told = new Map(), alike = (one, other) => one.public === other.public && one.purpose === other.purpose
  keys = json("keys.json"); own = given("--keys").flatMap(path => JSON.parse(readFileSync(path, "utf8"))); trusted = keys.filter(key => !own.length || own.some(one => alike(one, key)))
  for (const { body, signature, key } of objects("record.jsonl")) {
    const { action, public: said, at, stream } = JSON.parse(body), from = /key_(changed|lost)/.test(action) ? at : null
    if (stream !== "record") continue
    if (/key_(introduced|changed|lost)|signed_from/.test(action)) told.set(said.key, { ended: null, id: said.key, public: said.public, purpose: said.purpose, valid_from: from, valid_to: null })
    if (action === "record:key_lost") for (const gone of said.replaces.split(" ")) Object.assign(told.get(gone) ?? {}, { ended: "lost", valid_to: at })
    if (action === "record:key_retired") Object.assign(told.get(said.key) ?? {}, { ended: "rotated", valid_to: at })
    const by = trusted.find(one => one.id === key && one.purpose === "event"), named = keys.find(one => alike(one, said))
    if (action === "record:key_changed" && by && named && !trusted.includes(named) && signed(by, Buffer.from(body), bin(signature))) trusted.push(named)
  }
  for (const key of keys) check(trusted.includes(key), "keys", 3, `key ${key.id} is not trusted`) && check(key.id === hex(Buffer.from(key.public, "hex")).slice(0, 16)
    && Object.entries(told.get(key.id) ?? { id: 0 }).every(([name, value]) => key[name] === value), "keys", 3, `key ${key.id} is not the one the record names`)
  for (const id of told.keys()) check(keys.some(key => key.id === id), "keys", 4, `key ${id} is in the record only`)
  for (const [name, format, purpose] of [["manifest", "aboveboard bundle 1", "checkpoint"], ...(bundle.has("receipt.json") ? [["receipt", "aboveboard receipt 1", "event"]] : [])]) reading("keys", name, () => {
    const key = trusted.find(one => one.id === json(`${name}.json`).key && one.purpose === purpose), content = Buffer.concat([Buffer.from(`${format}\n`), part(`${name}.json`)])
    check(key && signed(key, content, bin(part(`${name}.sig`).toString("latin1"))), "keys", 3, `${name} is not signed by a trusted key`)
    check(name === "manifest" || json("receipt.json").manifest === hex(part("manifest.json")), "keys", 3, "the receipt is of another bundle")
  })
}
function checkCheckpoints() {
  [top] = notes(text(part("checkpoint.txt")))
  const proved = [top], said = json("manifest.json").checkpoint
  check(top.good(trusted), "keys", 3, "checkpoint.txt is not signed by a trusted key")
  check(said.origin === top.origin && said.size === top.size && said.root === top.root.toString("hex"), "checkpoint", 2, "the manifest names another checkpoint")
  for (const { consistency, note } of objects("checkpoints.jsonl")) {
    const [one] = notes(note), good = continues(one.size, one.root, top.size, top.root, consistency.map(bin))
    check(one.good(trusted), "keys", 3, "an earlier checkpoint is not signed by a trusted key")
    if (check(good, "checkpoint", 2, `the checkpoint over ${one.size} is not continued`) === true) proved.push(one)
  }
  const files = given("--previous").map(path => readFileSync(path)), isZip = file => file.subarray(0, 2).equals(Buffer.from("PK"))
  earlier = files.filter(isZip).map(unzip)
  for (const content of [...files.filter(file => !isZip(file)), ...earlier.map(one => one.get("checkpoint.txt"))]) for (const kept of notes(text(content))) {
    const match = proved.find(one => one.size === kept.size && one.origin === kept.origin)
    check(kept.good(trusted), "keys", 3, "your checkpoint is not signed by a trusted key")
    check(match, "checkpoint", 4, `your checkpoint over ${kept.size} is newer, or among none of those given`) && check(match?.root.equals(kept.root) ?? true, "checkpoint", 2, `your checkpoint over ${kept.size} is over another tree`)
  }
}

function* streams(name) { // --- events: [stream, its events] in the order of the part; one stream at a time, since all would not fit into memory
  const done = new Set()
  let stream = null, chain = []
  for (const line of lines(name)) {
    let event = null
    reading("chain", name, () => { event = checkEvent(name, JSON.parse(line), stream, chain, done) })
    if (event === null) continue
    if (event.body.stream !== stream) { if (chain.length) yield [stream, chain]; done.add(stream); stream = event.body.stream; chain = [] }
    chain.push(event)
  }
  if (chain.length) yield [stream, chain]
}
function checkEvent(name, event, stream, chain, done) { // one event with its body parsed and its values opened; `chain` are those before it in `stream`
  const raw = Buffer.from(event.body), body = JSON.parse(event.body), signature = bin(event.signature), where = `${body.stream}, event ${body.sequence}`
  const at = Date.parse(body.at), key = trusted.find(one => one.id === event.key && one.purpose === "event"), before = body.stream === stream ? last(chain) : undefined
  check(key && signed(key, raw, signature) && at >= (key.valid_from ? Date.parse(key.valid_from) - SLACK : -Infinity) && at <= (key.valid_to ? Date.parse(key.valid_to) + SLACK : Infinity),
    "signature", 3, `${where} is not signed by a key that was good then`)
  check(event.index < top.size && climb(event.index, top.size - 1, H(Buffer.of(0), signature, raw), event.proof.map(bin))[1]?.equals(top.root), "tree", 2, `${where} is not proved to lie under the checkpoint`)
  check(body.sequence === (before?.body.sequence ?? 0) + 1 && body.previous === (before?.digest ?? "0".repeat(64)) && event.index > (before?.index ?? -1) && !(before?.later && !event.later)
    && !done.has(body.stream), "chain", 2, `${where} does not follow the one before it`)
  if (!before) check(name !== "record.jsonl" || stream === null || Buffer.compare(Buffer.from(stream), Buffer.from(body.stream)) < 0, "chain", 2, `${where} is out of order`)
  const values = Object.fromEntries(Object.entries(event.values).map(([label, { salt, value }]) => {
    check(hex(Buffer.from(salt, "hex"), value) === body.commitments[label], "value", 1, `${where}: ${label} is not what was committed to`)
    return [label, JSON.parse(value)] }))
  return { body, values, at, digest: hex(raw), index: event.index, later: event.later, action: body.action.split(":")[1], said: body.public }
}

reading("bundle", process.argv[2], () => {
  bundle = unzip(readFileSync(process.argv[2]))
  checkParts(); checkKeys(); checkCheckpoints()
  checkContent({ check, reading, part, json, objects, hex, unzip, text, bundle, earlier }, streams)
})
found.sort(([one], [other]) => LAYERS.indexOf(one) - LAYERS.indexOf(other))
console.log([`Bundle ${process.argv[2]}`, ...found.slice(0, 40).map(([layer, , what]) => `[${layer}] ${what}`), found.length ? `It does not agree: ${found.length} findings.` : "Everything agrees.",
  ...(own?.length ? [] : ["The keys are the bundle's own: compare them with yours on paper:", ...(keys ?? []).map(key => `  ${key.purpose} ${key.public}`)])].join("\n"))
process.exitCode = found[0]?.[1] ?? 0
