/** 家庭积分: who is of the family, what each may do, and how it is sent. */
import type { Step } from '../../core/outbox'

export interface Member {
  resident_id: string
  name: string
  role: string
  has_consented: boolean
  is_me: boolean
}

export interface Family {
  id: string
  members: readonly Member[]
}

export type Act = 'found' | 'join' | 'decline' | 'ask' | 'leave' | 'remove' | 'agree' | 'refuse'

export interface Doing {
  act: Act | ''
  /** Of the household, the family or the order. */
  id: string
  /** Who is asked in or taken out, where it is not oneself. */
  who: string
  name: string
  role: string
  /** How many points a child may use in a month; empty: as many as there are. */
  limit: string
}

const BANK = '/api/v1/virtue-bank'
const TITLES: Record<Act, string> = {
  found: '开家庭账户',
  join: '加入家庭积分',
  decline: '不加入家庭积分',
  ask: '请家人加入',
  leave: '退出家庭积分',
  remove: '从家庭积分里退出',
  agree: '同意家人兑换',
  refuse: '不同意家人兑换',
}
const DONE: Record<Act, string> = {
  found: '开好了。下面可以请家人加入。',
  join: '您加入了。',
  decline: '好的，没有加入。',
  ask: '记下了。',
  leave: '您退出了。',
  remove: '退出了。',
  agree: '您同意了，家人可以去领了。',
  refuse: '您没有同意，积分退回家里的账户。',
}

export const ROLES = [
  { value: 'adult', label: '大人', hint: '要本人同意才加入' },
  { value: 'child', label: '孩子', hint: '未满18岁，马上加入' },
]
export const LIMITS = [
  { value: '', label: '不限' },
  { value: '20', label: '20分' },
  { value: '50', label: '50分' },
  { value: '100', label: '100分' },
]

export function emptyDoing(): Doing {
  return { act: '', id: '', who: '', name: '', role: '', limit: '' }
}

export function mine({ members }: Family): Member | null {
  return members.find(({ is_me }) => is_me) ?? null
}

/** Asked in, and not answered yet. */
export function isAsked(family: Family): boolean {
  return mine(family)?.has_consented === false
}

/** An adult who agreed: asks others in, and says yes to what is dear. */
export function mayAct(family: Family): boolean {
  const me = mine(family)
  return me !== null && me.has_consented && me.role !== 'child'
}

/** A child, or who has not answered; a grown-up goes by their own word alone. */
export function mayTakeOut(family: Family, { is_me, role, has_consented }: Member): boolean {
  return mayAct(family) && !is_me && (role === 'child' || !has_consented)
}

/** With the last adult the account is closed. */
export function endsWithMe(family: Family): boolean {
  const adults = family.members.filter((each) => each.role !== 'child' && each.has_consented)
  return adults.length === 1 && adults[0]!.is_me
}

export function memberText({ name, is_me }: Member): string {
  return is_me ? `${name}（您）` : name
}

export function standingText({ role, has_consented }: Member): string {
  if (!has_consented) return '还没有答复'
  return role === 'child' ? '孩子' : '大人'
}

/** 许明远、林安然, of those who agreed. */
export function inItText({ members }: Family): string {
  return members
    .filter(({ has_consented }) => has_consented)
    .map(({ name }) => name)
    .join('、')
}

export function stepOf({ act, id, who, role, limit }: Doing): Omit<Step, 'key'> {
  const post = (path: string, body?: Step['body']) => ({
    method: 'post' as const,
    path: `${BANK}${path}`,
    ...(body ? { body } : {}),
  })
  switch (act) {
    case 'found':
      return post('/families', { household_id: id })
    case 'join':
      return post(`/families/${id}/consent`)
    case 'ask': {
      const monthly_limit = role === 'child' && limit ? Number(limit) : null
      return post(`/families/${id}/members`, { resident_id: who, role, monthly_limit })
    }
    case 'agree':
    case 'refuse':
      return post(`/shop/orders/${id}/family-decision`, { agreed: act === 'agree' })
    default:
      return post(`/families/${id}/leaving`, { resident_id: who || null })
  }
}

export function titleOf({ act, name }: Doing): string {
  return [act && TITLES[act], name].filter(Boolean).join('：')
}

/** What it means that the server knows nothing of it any more. */
export function goneText({ act }: Doing): string {
  const wasAsked = act === 'join' || act === 'decline'
  return wasAsked
    ? '家人把邀请收回了，不用再答复。想加入的，请家人再请一次。'
    : '您已经不在这个家庭账户里了，这一步不用办了。'
}

/** What stands above the family once it is done. */
export function doneText({ act, role, name }: Doing, answer: Record<string, unknown>): string {
  if (!act) return ''
  if (act === 'ask') return role === 'child' ? `${name}加入了。` : `请了${name}，等本人同意。`
  const share = typeof answer.share === 'number' ? answer.share : 0
  const back = act === 'leave' && share ? `${share}分回到您自己的账户。` : ''
  return DONE[act] + back
}
