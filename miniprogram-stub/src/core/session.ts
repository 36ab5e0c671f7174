/** Who is signed in on this phone, and what still stands between them and a page. */

export interface Session {
  token: string
  kind: string
  person: string
  communityId: string | null
  level: number
  consentMissing: boolean
}

interface SignedIn {
  token: string
  kind: string
  resident_id: string
  community_id: string | null
  level: number
  basic_consent_missing: boolean
}

export function sessionOf(answer: SignedIn): Session {
  return {
    token: answer.token,
    kind: answer.kind,
    person: answer.resident_id,
    communityId: answer.community_id,
    level: answer.level,
    consentMissing: answer.basic_consent_missing,
  }
}

export type Missing = 'who' | 'consent' | 'community' | null

/** What the sign-in page asks next; whoever came in to work is not asked as a resident. */
export function missing(session: Session | null): Missing {
  if (!session) return 'who'
  if (session.kind !== 'resident') return null
  if (session.consentMissing) return 'consent'
  return session.communityId ? null : 'community'
}

/** Another person on this phone: what the last one kept here must go. */
export function isSomebodyElse(before: string | null, session: Session): boolean {
  return before !== null && before !== session.person
}

const FIELD_ROLES = ['grid_worker', 'service_worker']
const COUNTER_ROLE = 'counter_clerk'

/** A worker's own work needs a session of work, not of a resident. */
export function mayEnterWork(roles: readonly string[], sessionKind: string): boolean {
  const atWork = [...FIELD_ROLES, COUNTER_ROLE]
  return sessionKind === 'resident' && roles.some((role) => atWork.includes(role))
}

/** In a session of work, and with an office that goes from door to door. */
export function isAtWork(roles: readonly string[], sessionKind: string): boolean {
  return sessionKind === 'field' && roles.some((role) => FIELD_ROLES.includes(role))
}

/** In a session of work, and handing out what points were turned into. */
export function isAtCounter(roles: readonly string[], sessionKind: string): boolean {
  return sessionKind === 'field' && roles.includes(COUNTER_ROLE)
}

export function levelText(level: number, sessionKind: string): string {
  if (sessionKind !== 'resident') return '工作人员'
  return ['还没有核实住处', '手机号已核实', '住处已核实'][level] ?? ''
}
