// What was found, by layer. The first finding of the earliest layer that has one gives the exit code.
const LAYERS = [
  "bundle", "keys", "checkpoint", "signature", "tree", "chain", "transition", "entitlement", "value", "register", "workbook", "totals", "changes",
]
const SHOWN = 40
const found = new Map(LAYERS.map((layer) => [layer, { code: 0, count: 0, told: [] }]))
const remarks = []

/** Whether `good`; where it is not, the finding `what` of `layer`, which means exit code `code`. */
export function check(good, layer, code, what) {
  if (good) return true
  const one = found.get(layer)
  one.code ||= code
  one.count += 1
  if (one.told.length < SHOWN) one.told.push(`[${layer}] ${what}`)
  return false
}

/** Does `act`; what cannot be read is a finding too. */
export function reading(layer, where, act) {
  try {
    act()
  } catch (problem) {
    unreadable(layer, where, problem)
  }
}

export function unreadable(layer, where, problem) {
  check(false, layer, 4, `${where} cannot be read (${problem.message})`)
}

/** Something to be said that is no finding. */
export function remark(text) {
  remarks.push(text)
}

/** The exit code, and the lines of the report. */
export function verdict() {
  const all = [...found.values()].filter((one) => one.count)
  const count = all.reduce((sum, one) => sum + one.count, 0)
  const lines = [...all.flatMap((one) => one.told).slice(0, SHOWN), ...remarks]
  lines.push(count ? `It does not agree: ${count} findings.` : "Everything agrees.")
  return { code: all[0]?.code ?? 0, lines }
}

/** Tells whoever waits at a terminal how far it is. */
export function progress(what, done) {
  if (process.stderr.isTTY && done % 5000 === 0) process.stderr.write(`\r${what}: ${done} … `)
}
