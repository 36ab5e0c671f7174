/** 代办授权: who acts for whom, how it is said, and how it is sent. */
import { dayText } from './dates'
import type { Step } from './outbox'

export interface Grant {
  id: string
  principal_id: string
  principal: string
  proxy: string
  mine: string
  scope_labels: readonly string[]
  made_label: string
  state: string
  state_label: string
  last_on: string
  ended_label: string
  may_act: boolean
}

export interface Offering {
  proxyId: string
  name: string
  home: string
  /** How many months it is to last. */
  months: string
}

type Sent = Omit<Step, 'key'>

const GRANTS = '/api/v1/proxy-grants'
export const SCOPE = 'virtue_bank'
export const WHAT = '报善行、证明善行、提异议、看积分'
export const NEVER = '兑换、捐积分、同意和表决，还是要本人来。'
export const ONESELF = { value: '', label: '我自己' }
export const MONTHS = [
  { value: '1', label: '1个月' },
  { value: '6', label: '6个月' },
  { value: '12', label: '12个月' },
]

export function emptyOffering(): Offering {
  return { proxyId: '', name: '', home: '', months: '6' }
}

/** The same day of a later month, or the last it has. */
export function monthsLater(today: string, months: number): string {
  const [year, month, day] = today.split('-').map(Number) as [number, number, number]
  const most = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, most)))
    .toISOString()
    .slice(0, 10)
}

export function offerStep({ proxyId, months }: Offering, today: string): Sent {
  const last_on = monthsLater(today, Number(months))
  return { method: 'post', path: GRANTS, body: { proxy_id: proxyId, scopes: [SCOPE], last_on } }
}

export function acceptStep(id: string): Sent {
  return { method: 'post', path: `${GRANTS}/${id}/acceptance` }
}

export function endStep(id: string): Sent {
  return { method: 'delete', path: `${GRANTS}/${id}` }
}

/** The request as a proxy makes it; for oneself it stays as it is. */
export function actingFor(step: Sent, forWhom: string): Sent {
  return forWhom ? { ...step, onBehalfOf: forWhom } : step
}

/** Those one may act for today, by name; of two of one name the one who asked last comes first. */
export function principalsOf(grants: readonly Grant[]): { value: string; label: string }[] {
  return grants
    .filter(({ may_act }) => may_act)
    .map(({ principal_id, principal }) => ({ value: principal_id, label: principal }))
}

/** 王小妹代王小芳 */
export function whoForWhom({ proxy, principal }: Pick<Grant, 'proxy' | 'principal'>): string {
  return `${proxy}代${principal}`
}

export function grantSentence(grant: Grant, now: number): string {
  const until = `到${dayText(grant.last_on, now)}为止`
  if (grant.state === 'ended') return `已结束：${grant.ended_label}`
  if (grant.mine === 'principal') {
    return grant.state === 'live' ? `可以替您办，${until}` : '等对方接受，七天内有效'
  }
  return grant.state === 'live' ? `您可以替${grant.principal}办，${until}` : '请您接受，七天内有效'
}

/** What one button of the list says and does to it. */
export function endWord({ mine, state }: Pick<Grant, 'mine' | 'state'>): string {
  if (mine === 'principal') return state === 'live' ? '收回，不再让对方办' : '算了，不请了'
  return state === 'live' ? '不再代办' : '不接受'
}

/** The query of a page one opens for somebody. */
export function forQuery(forWhom: string, first = true): string {
  return forWhom ? `${first ? '?' : '&'}for=${forWhom}` : ''
}
