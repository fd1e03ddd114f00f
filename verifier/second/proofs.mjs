// Hashes, signatures, signed notes and Merkle proofs: SHA-256, Ed25519, C2SP signed-note, RFC 6962 and RFC 9162.
import { createHash, createPublicKey, verify } from "node:crypto"

const ED25519 = "302a300506032b6570032100" // what stands before 32 bytes of such a key in DER
const opened = new Map()

export function H(...parts) {
  const hash = createHash("sha256")
  for (const one of parts) hash.update(one)
  return hash.digest()
}

export const hex = (...parts) => H(...parts).toString("hex")

/** The bytes of `base64`; nothing at all where it is not written the standard way. */
export function bytesOf(base64) {
  const content = Buffer.from(base64, "base64")
  return content.toString("base64") === base64 ? content : Buffer.alloc(0)
}

/** Whether `signature` over `content` is by the key whose 32 bytes are `publicHex`. */
export function isSigned(publicHex, content, signature) {
  if (!opened.has(publicHex)) {
    const key = Buffer.from(ED25519 + publicHex, "hex")
    opened.set(publicHex, createPublicKey({ format: "der", type: "spki", key }))
  }
  return verify(null, content, opened.get(publicHex), signature)
}

const node = (left, right) => H(Buffer.of(1), left, right)

/** The roots a proof leads to, of the tree then and of the tree now (RFC 9162, 2.1.3.2 and 2.1.4.2); nothing where it does not lead up. */
function climb(place, lastPlace, start, proof) {
  let [then, now] = [start, start]
  for (const step of proof) {
    if (!lastPlace) return []
    if (place % 2 || place === lastPlace) {
      then = node(step, then)
      now = node(step, now)
      while (place && !(place % 2)) [place, lastPlace] = [place >> 1, lastPlace >> 1]
    } else {
      now = node(now, step)
    }
    place >>= 1
    lastPlace >>= 1
  }
  return lastPlace ? [] : [then, now]
}

/** Whether the event with these bytes and signature is leaf `index` of the tree under `checkpoint`. */
export function isIncluded({ index, proof }, signature, body, checkpoint) {
  if (index >= checkpoint.size) return false
  const [, root] = climb(index, checkpoint.size - 1, H(Buffer.of(0), signature, body), proof.map(bytesOf))
  return Boolean(root?.equals(checkpoint.root))
}

/** Whether the tree of `now` begins with all of the tree of `then`. */
export function continues(then, now, proof) {
  if (then.size >= now.size || then.size < 1) return then.size === now.size && !proof.length && then.root.equals(now.root)
  const shift = 31 - Math.clz32(then.size & -then.size)
  const [first, ...rest] = then.size === 1 << shift ? [then.root, ...proof] : proof
  if (!first) return false
  const [before, after] = climb((then.size - 1) >> shift, (now.size - 1) >> shift, first, rest)
  return Boolean(before?.equals(then.root) && after.equals(now.root))
}

const NOTE = /^(\S+)\n([0-9]+)\n([A-Za-z0-9+/=]{44})\n\n((?:— \S+ [A-Za-z0-9+/=]+\n)+)/gm

/** The checkpoints in `text`, which may be a mail: origin, size, root, the text signed, and its signatures. */
export function checkpointsIn(text) {
  return [...text.replaceAll("\r\n", "\n").matchAll(NOTE)].map(([, origin, size, root, signatures]) => ({
    origin,
    size: Number(size),
    root: bytesOf(root),
    content: Buffer.from(`${origin}\n${size}\n${root}\n`),
    signatures: signatures.trimEnd().split("\n").map((line) => line.split(" ").slice(1)),
  }))
}

/** Whether one of the checkpoint's signatures, by its origin's name, is by one of `keys`. */
export function isNoteSigned({ origin, content, signatures }, keys) {
  return signatures.some(([name, code]) => {
    const [mark, signature] = [bytesOf(code).subarray(0, 4), bytesOf(code).subarray(4)]
    const by = (key) => H(`${name}\n\x01`, Buffer.from(key.public, "hex")).subarray(0, 4).equals(mark) && isSigned(key.public, content, signature)
    return name === origin && keys.some((key) => key.purpose === "checkpoint" && by(key))
  })
}
