// Layers transition and entitlement: what happened to a declaration could happen, and whoever did it was entitled to.
import { check } from "./findings.mjs"
import { bosses, held, people, reportsTo, stoodIn } from "./world.mjs"

const MANAGER = "with_manager"
const COMPLIANCE = "with_compliance"
const EXECUTIVE = "with_executive"
const WAITING = [MANAGER, COMPLIANCE, EXECUTIVE]
const CONDITIONAL = "approved_with_conditions"
const SETTLED = ["recorded", "approved", CONDITIONAL]
const OFFICER = "compliance_officer"
const DECLARANT = ["declarant"]
const THE_SAME = null
const TURN = "turn" // whoever's turn it is
const REVIEWERS = { [MANAGER]: ["manager"], [COMPLIANCE]: [OFFICER], [EXECUTIVE]: ["executive_reviewer", OFFICER] }
const REVIEW = { [MANAGER]: "manager", [COMPLIANCE]: "compliance", [EXECUTIVE]: "executive" }

// The table of FORMAT.md: action → [from, to, by whom]
const RULES = {
  filed: [[["draft"], [...WAITING, "recorded"], DECLARANT]],
  imported: [[["draft"], ["recorded"], [OFFICER, "clock"]]],
  approved: [
    [[MANAGER], [COMPLIANCE, EXECUTIVE, "approved", CONDITIONAL], [TURN]],
    [[COMPLIANCE], [EXECUTIVE, "approved", CONDITIONAL], [TURN]],
    [[EXECUTIVE], ["approved", CONDITIONAL], [TURN]],
  ],
  approved_with_conditions: [
    [[MANAGER], [COMPLIANCE, EXECUTIVE, CONDITIONAL], [TURN]],
    [[COMPLIANCE], [EXECUTIVE, CONDITIONAL], [TURN]],
    [[EXECUTIVE], [CONDITIONAL], [TURN]],
  ],
  refused: [[WAITING, ["refused"], [TURN]]],
  sent_back: [[WAITING, ["sent_back"], [TURN]]],
  advised: [[WAITING, ["recorded"], [TURN]]],
  approval_requested: [[WAITING, THE_SAME, [TURN, ...DECLARANT]]],
  answered: [[["sent_back"], WAITING, DECLARANT]],
  corrected: [
    [[...WAITING, ...SETTLED], [...WAITING, ...SETTLED], DECLARANT],
    [["sent_back"], WAITING, DECLARANT],
    [["refused", "ended"], THE_SAME, DECLARANT],
  ],
  withdrawn: [[[...WAITING, ...SETTLED, "sent_back"], ["withdrawn"], DECLARANT]],
  escalated: [
    [[MANAGER], [COMPLIANCE, EXECUTIVE], [TURN, "clock"]],
    [[COMPLIANCE], [EXECUTIVE], [TURN, "clock"]],
    [[EXECUTIVE], THE_SAME, ["clock"]],
    [SETTLED, [COMPLIANCE, EXECUTIVE], [OFFICER]],
  ],
  reassigned: [[WAITING, THE_SAME, [OFFICER]]],
  reminded: [[[...WAITING, "sent_back"], THE_SAME, ["clock"]]],
  condition_met: [[[CONDITIONAL], THE_SAME, DECLARANT]],
  ended: [[SETTLED, ["ended"], [...DECLARANT, OFFICER]]],
}

export function checkStory(chain, declarant) {
  const past = { state: "draft", turn: {}, since: new Map(), decided: new Map() }
  for (const event of chain) {
    const { body, said, action, at } = event
    const [, leads, whom] = (RULES[action] ?? []).find(([from]) => from.includes(body.from)) ?? [[], [], []]
    const where = `${said.number}, event ${body.sequence}`
    const can = body.from === past.state && (leads === THE_SAME ? body.to === body.from : leads.includes(body.to))
    check(can, "transition", 1, `${where}: ${action} from ${body.from} to ${body.to}, where it stood at ${past.state}`)
    checkActor(event, where, declarant, whom, past)
    for (const one of both(body)) if (said.review) past.decided.set(one, [...(past.decided.get(one) ?? []), said.review])
    past.state = body.to
    past.turn = said
    const holder = said.assigned_for ?? said.assignee ?? null
    if (holder !== null && !past.since.has(holder)) past.since.set(holder, at)
  }
}

const both = ({ actor, for: principal }) => [actor, principal ?? actor].filter((one) => one !== null)

function checkActor({ body, action, at }, where, declarant, whom, past) {
  const { actor, role, from } = body
  const allowed = (good, why) => check(good, "entitlement", 1, `${where}: ${why}`)
  const inTurn = whom.includes(TURN) && (REVIEWERS[from] ?? []).includes(role)
  allowed(inTurn || whom.includes(role), `${action} is not for a ${role} to do`)
  for (const one of both(body)) check(people.has(one), "value", 4, `${where}: nothing is told of person ${one}`)
  if (role === "clock") return allowed(!both(body).length, "the clock is nobody")
  if (role === "declarant") return allowed(actor === declarant && body.for === null, "was not done by whoever declared it")
  if (actor === null) return allowed(false, "names nobody")
  const principal = body.for ?? actor
  allowed(!inTurn || isTheirTurn(body, principal, past), "was done by somebody whose turn it was not")
  allowed(principal === actor || stoodIn(actor, principal, at), "nobody stood in that day")
  const entitled = role === "manager"
    ? bosses(declarant, at).has(principal) || bosses(declarant, past.since.get(principal) ?? at).has(principal)
    : held(principal, role, body.company, at)
  allowed(entitled, `person ${principal} was not ${role} here then`)
  const independent = !both(body).includes(declarant) && !reportsTo(actor, declarant, at)
  return allowed(action === "imported" || independent, "decided on themselves, or on whom they report to")
}

/** The turn was theirs or a pool's, and neither of the two decided before in another review than this. */
function isTheirTurn(body, principal, { turn, decided }) {
  const holder = turn.assigned_for ?? turn.assignee ?? null
  const before = both(body).flatMap((one) => decided.get(one) ?? [])
  return (holder === null || principal === holder) && before.every((review) => review === REVIEW[body.from])
}
