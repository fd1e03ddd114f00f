// Who and what there was, and since when, as record.jsonl tells it: people, companies, counterparties, published policies.
import { SLACK } from "./events.mjs"

export const people = new Map() // id → name, number …, managers: [[since, id]], grants, away: delegation → …
export const companies = new Map() // id → key, name, currency, parents: [[since, key]]
export const firms = new Map()
export const groups = new Map()
export const published = new Map() // digest of a policy → digest of its TOML
const lineage = new Map() // company key → its parents

const PERSON = {
  "person:added": ({ said, at, values }, who) => Object.assign(who, values.person, { managers: [[at, said.manager]], grants: [], away: new Map() }),
  "person:changed": ({ values }, who) => Object.assign(who, values.facts),
  "person:manager_changed": ({ said, at }, who) => who.managers.push([at, said.to]),
  "person:role_granted": ({ said, at }, who) => who.grants.push({ role: said.role, company: said.company, from: at, to: Infinity }),
  "person:role_revoked": ({ said, at }, who) => {
    for (const one of who.grants) if (one.to === Infinity && one.role === said.role && one.company === said.company) one.to = at
  },
  "delegation:set": ({ said }, who) => who.away.set(said.delegation, { ...said, to: Infinity }),
  "delegation:ended": ({ said, at }, who) => Object.assign(who.away.get(said.delegation), { to: at }),
}
const OTHERS = {
  "company:added": ({ said, at, body }) => {
    companies.set(body.company, { ...said, parents: [[at, said.parent]] })
    lineage.set(said.key, companies.get(body.company).parents)
  },
  "company:moved": ({ said, at, body }) => companies.get(body.company).parents.push([at, said.to]),
  "company:changed": ({ said, later, body }) => later || Object.assign(companies.get(body.company), said),
  "counterparty_group:named": ({ said, values }) => groups.set(said.id, values.name),
  "policy:published": ({ said, body }) => published.set(body.policy, said.text_sha256),
}

/** Takes in one stream of record.jsonl. */
export function hear(stream, chain) {
  const [family] = stream.split("/")
  const { id } = chain[0].said
  if (family === "person") {
    const who = people.get(id) ?? {}
    people.set(id, who)
    for (const event of chain) PERSON[event.body.action]?.(event, who)
  } else if (family === "counterparty") {
    const firm = firms.get(id) ?? {}
    firms.set(id, firm)
    for (const { later, values, said } of chain) if (!later) Object.assign(firm, values, said.group ? { group: said.group } : {})
  } else {
    for (const event of chain) OTHERS[event.body.action]?.(event)
  }
}

/** The values of a history [[since, value], …] that may have held at `at`, clocks differing as they do. */
function around(history, at) {
  const held = (history ?? []).filter(([since], place) => since <= at + SLACK && !(history[place + 1]?.[0] <= at - SLACK))
  return held.map(([, value]) => value).filter((value) => value !== null)
}

/** Everybody above `from`, where `next(one)` are those right above; not `from`, should the line lead back to it. */
function above(from, next) {
  const line = new Set()
  const ahead = [from]
  while (ahead.length) {
    for (const one of next(ahead.pop())) {
      if (one === from || line.has(one)) continue
      line.add(one)
      ahead.push(one)
    }
  }
  return line
}

export const bosses = (person, at) => above(person, (one) => around(people.get(one)?.managers, at))

/** Whether `person` reported to `other` at `at`, told the same by clocks that are ahead, right and behind. */
export function reportsTo(person, other, at) {
  return [-SLACK, 0, SLACK].every((shift) => {
    const manager = (one) => people.get(one)?.managers.filter(([since]) => since <= at + shift).at(-1)
    const line = above(person, (one) => around(manager(one) && [manager(one)], at + shift))
    return line.has(other)
  })
}

/** Whether `person` held `role` at `at` for the company, or one above it. */
export function held(person, role, companyId, at) {
  const { key } = companies.get(companyId)
  const keys = above(key, (one) => around(lineage.get(one), at)).add(key)
  const grants = people.get(person)?.grants ?? []
  return grants.some((one) => one.role === role && keys.has(one.company) && one.from - SLACK <= at && at <= one.to + SLACK)
}

/** Whether `substitute` stood in for `person` at `at`, which was a day of any time zone. */
export function stoodIn(substitute, person, at) {
  const day = (hours) => new Date(at + hours * 3600e3).toISOString().slice(0, 10)
  return [...(people.get(person)?.away?.values() ?? [])].some(
    (one) => one.substitute === substitute && one.first_on <= day(14) && one.last_on >= day(-12) && at <= one.to + SLACK,
  )
}
