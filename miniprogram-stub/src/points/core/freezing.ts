/** 账户冻结: why an account stands still, until when one may say no, and how it ended. */
import { byText } from '../../core/dates'

export interface Freezing {
  id: string
  owner?: string
  aim: string
  state: string
  reason: string
  decision_ref: string
  appeal_until: string | null
  due_at: string | null
  judged_reason: string | null
}

const IN_FORCE = ['confirmed', 'appealed', 'stands']

/** The one the account stands still for. */
export function isInForce({ aim, state }: Freezing): boolean {
  return aim === 'freeze' && IN_FORCE.includes(state)
}

export function freezingTitle({ owner, aim }: Freezing): string {
  return `${owner === 'family' ? '全家的积分' : '我的积分'}${aim === 'freeze' ? '冻结' : '解冻'}了`
}

/** What it means now, and what one may do. */
export function freezingSentence(one: Freezing, now: number): string {
  if (one.aim === 'unfreeze') return '查清楚了，可以照常用。'
  if (one.state === 'lifted') return '已经解冻，可以照常用。'
  if (one.state === 'appealed') {
    const by = one.due_at ? byText(one.due_at, now) : ''
    return `您申诉了，监督委员会里另一位${by}答复。查清楚以前先不能用。`
  }
  if (one.state === 'stands') return '监督委员会认为冻结是对的。查清楚以后解冻，会告诉您。'
  const until = mayAppealFreezing(one, now) ? byText(one.appeal_until ?? '', now) : ''
  const next = until ? `不同意的，${until}向监督委员会申诉，打电话说也行。` : ''
  return `查清楚以前先不能换东西、不能捐。积分一分不少，每一笔都看得到。${next}`
}

export function mayAppealFreezing({ aim, state, appeal_until }: Freezing, now: number): boolean {
  const isInTime = appeal_until !== null && Date.parse(appeal_until) > now
  return aim === 'freeze' && state === 'confirmed' && isInTime
}
