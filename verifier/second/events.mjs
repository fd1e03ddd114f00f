// Layers signature, tree, chain and value: each event is signed, lies under the checkpoint, follows the one before, and holds its values.
import { part, textOf } from "./archive.mjs"
import { check, progress, reading } from "./findings.mjs"
import { bytesOf, hex, isIncluded, isSigned } from "./proofs.mjs"

export const SLACK = 300e3 // milliseconds that clocks may differ by

/** The events of a part, stream by stream in its order: [stream, its events]. One stream at a time, since all do not fit into memory. */
export function* streams(parts, name, { trusted, top }) {
  const done = new Set()
  let chain = []
  let seen = 0
  for (const { content } of part(parts, name).pieces("\n")) {
    progress(name, (seen += 1))
    let event = null
    reading("chain", name, () => {
      const one = opened(JSON.parse(textOf(content)))
      checkProofs(one, trusted, top)
      checkPlace(one, chain, done, name)
      checkValues(one)
      event = one
    })
    if (event === null) continue
    if (chain.length && event.body.stream !== chain[0].body.stream) {
      yield [chain[0].body.stream, chain]
      done.add(chain[0].body.stream)
      chain = []
    }
    chain.push(event)
  }
  if (chain.length) yield [chain[0].body.stream, chain]
}

function opened(event) {
  const raw = Buffer.from(event.body)
  const body = JSON.parse(event.body)
  const [, action] = body.action.split(":")
  const where = `${body.stream}, event ${body.sequence}`
  return { ...event, raw, body, action, where, said: body.public, at: Date.parse(body.at), digest: hex(raw) }
}

function checkProofs(event, trusted, top) {
  const key = trusted.find((one) => one.id === event.key && one.purpose === "event")
  const signature = bytesOf(event.signature)
  const from = key?.valid_from ? Date.parse(key.valid_from) - SLACK : -Infinity
  const to = key?.valid_to ? Date.parse(key.valid_to) + SLACK : Infinity
  const good = key && isSigned(key.public, event.raw, signature) && event.at >= from && event.at <= to
  check(good, "signature", 3, `${event.where} is not signed by a key that was good then`)
  check(isIncluded(event, signature, event.raw, top), "tree", 2, `${event.where} is not proved to lie under the checkpoint`)
}

function checkPlace({ body, index, later, where }, chain, done, name) {
  const stream = chain[0]?.body.stream
  const before = body.stream === stream ? chain.at(-1) : undefined
  const follows = body.sequence === (before?.body.sequence ?? 0) + 1
    && body.previous === (before?.digest ?? "0".repeat(64))
    && index > (before?.index ?? -1)
    && !(before?.later && !later)
    && !done.has(body.stream)
  check(follows, "chain", 2, `${where} does not follow the one before it`)
  const sorted = before || name !== "record.jsonl" || stream === undefined || Buffer.compare(Buffer.from(stream), Buffer.from(body.stream)) < 0
  check(sorted, "chain", 2, `${where} is out of order`)
}

/** Opens the event's values, each where it is what was committed to. */
function checkValues(event) {
  const values = {}
  for (const [label, { salt, value }] of Object.entries(event.values)) {
    const good = hex(Buffer.from(salt, "hex"), value) === event.body.commitments[label]
    check(good, "value", 1, `${event.where}: ${label} is not what was committed to`)
    values[label] = JSON.parse(value)
  }
  event.values = values
}

/** What an earlier bundle held of each stream was all there was under its checkpoint: the stream here begins with it. */
export function heldBy(earlier) {
  const size = treeSize(earlier)
  const held = new Map() // stream → [how many events, digest of the last, which commits to all before it]
  for (const name of ["record.jsonl", "declarations.jsonl"]) {
    for (const { body } of part(earlier, name).objects()) {
      const { stream } = JSON.parse(body)
      held.set(stream, [(held.get(stream)?.[0] ?? 0) + 1, hex(body)])
    }
  }
  return (stream, chain) => {
    const [count, digest] = held.get(stream) ?? []
    const good = count === undefined || (chain[count - 1]?.digest === digest && (chain[count]?.index ?? size) >= size)
    check(good, "chain", 2, `${stream} is not what the earlier bundle held of it`)
  }
}

export const treeSize = (parts) => Number(part(parts, "checkpoint.txt").text().split("\n")[1])
