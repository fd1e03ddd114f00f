// A zip file, read part by part. Large parts are unpacked into a folder that goes with the process, so that memory stays small.
import { createHash } from "node:crypto"
import { createReadStream, createWriteStream, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PassThrough } from "node:stream"
import { pipeline } from "node:stream/promises"
import { createInflateRaw, inflateRawSync } from "node:zlib"
import { check } from "./findings.mjs"

const LARGE = 1 << 20
const DEFLATED = 8
const IN_ZIP64 = 0xffffffff
const decoder = new TextDecoder("utf-8", { fatal: true })
let folder = null
let unpacked = 0

export const textOf = (content) => decoder.decode(content)

function scratchFile() {
  if (folder === null) {
    folder = mkdtempSync(join(tmpdir(), "verify-"))
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }))
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130))
  }
  unpacked += 1
  return join(folder, String(unpacked))
}

function readAt(file, at, length) {
  const content = Buffer.alloc(length)
  let got = 0
  while (got < length) {
    const more = readSync(file, content, got, length - got, at + got)
    if (!more) break
    got += more
  }
  return content.subarray(0, got)
}

/** One part: its `size`, its digest, and its bytes from anywhere. */
class Part {
  #read
  #file
  constructor(size, sha256, read, file = null) {
    this.size = size
    this.sha256 = sha256
    this.#read = read
    this.#file = file
  }

  /** Where it lies as a file of its own. */
  file() {
    if (this.#file === null) {
      this.#file = scratchFile()
      writeFileSync(this.#file, this.bytes(), { mode: 0o600 })
    }
    return this.#file
  }

  bytes(at = 0, length = this.size) {
    return this.#read(at, Math.min(length, this.size - at))
  }

  text(at, length) {
    return textOf(this.bytes(at, length))
  }

  /** What ends in `separator`, one after the other, as { at, content }; what follows the last one is left out. */
  *pieces(separator) {
    let rest = Buffer.alloc(0)
    let start = 0
    for (let at = 0; at < this.size; at += LARGE) {
      const window = Buffer.concat([rest, this.bytes(at, LARGE)])
      let from = 0
      for (let end; (end = window.indexOf(separator, from)) >= 0; from = end + separator.length)
        yield { at: start + from, content: window.subarray(from, end) }
      rest = window.subarray(from)
      start += from
    }
  }

  /** The objects of a `.jsonl` part. */
  *objects() {
    for (const { content } of this.pieces("\n")) yield JSON.parse(textOf(content))
  }
}

function inMemory(content) {
  const sha256 = createHash("sha256").update(content).digest("hex")
  return new Part(content.length, sha256, (at, length) => content.subarray(at, at + length))
}

async function onDisk(path, { start, packed, method }) {
  const target = scratchFile()
  const hash = createHash("sha256")
  let size = 0
  await pipeline(
    createReadStream(path, { start, end: start + packed - 1 }),
    method === DEFLATED ? createInflateRaw() : new PassThrough(),
    async function* (chunks) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        size += chunk.length
        yield chunk
      }
    },
    createWriteStream(target, { mode: 0o600 }),
  )
  const file = openSync(target)
  return new Part(size, hash.digest("hex"), (at, length) => readAt(file, at, length), target)
}

/** Sizes and place that do not fit into 32 bits stand in the extra field 1, in this order. */
function widened(extra, ...values) {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    let next = at + 4
    return values.map((value) => (value === IN_ZIP64 ? Number(extra.readBigUInt64LE((next += 8) - 8)) : value))
  }
  return values
}

function* directory(file) {
  const size = fstatSync(file).size
  const tail = readAt(file, Math.max(0, size - 66000), Math.min(size, 66000))
  const end = tail.lastIndexOf("PK\x05\x06", undefined, "latin1")
  if (end < 0) throw new Error("it is no zip file")
  const listed = readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12))
  for (let at = 0, left = tail.readUInt16LE(end + 10); left > 0; left--) {
    const [nameSize, extraSize, noteSize] = [28, 30, 32].map((place) => listed.readUInt16LE(at + place))
    const after = at + 46 + nameSize
    const numbers = [24, 20, 42].map((place) => listed.readUInt32LE(at + place))
    const [full, packed, local] = widened(listed.subarray(after, after + extraSize), ...numbers)
    const head = readAt(file, local, 30)
    const start = local + 30 + head.readUInt16LE(26) + head.readUInt16LE(28)
    yield { name: textOf(listed.subarray(at + 46, after)), method: listed.readUInt16LE(at + 10), full, packed, start }
    at = after + extraSize + noteSize
  }
}

/** The parts of the zip file at `path` by name. Throws where it cannot be read; a part that is there twice is a finding. */
export async function unzip(path) {
  const file = openSync(path)
  const parts = new Map()
  for (const entry of directory(file)) {
    check(!parts.has(entry.name), "bundle", 4, `${entry.name} is there twice`)
    if (Math.max(entry.full, entry.packed) > LARGE) {
      parts.set(entry.name, await onDisk(path, entry))
      continue
    }
    const raw = readAt(file, entry.start, entry.packed)
    parts.set(entry.name, inMemory(entry.method === DEFLATED ? inflateRawSync(raw, { maxOutputLength: LARGE }) : raw))
  }
  return parts
}

/** The part `name`. Throws where there is none. */
export function part(parts, name) {
  const one = parts.get(name)
  if (!one) throw new Error(`${name} is missing`)
  return one
}

export const json = (parts, name) => JSON.parse(part(parts, name).text())
