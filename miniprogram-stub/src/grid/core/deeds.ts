/** 初审: what a worker sees beside a deed, the answers they may give, and what is sent. */
import type { Step } from '../../core/outbox'
import type { Choice } from './acts'

export interface Hint {
  id: string
  serial: string | null
  state_label?: string
  percent?: number
}

export interface Review {
  same_day: readonly Hint[]
  alike_stories: readonly Hint[]
  alike_pictures?: readonly Hint[]
  left_to_give: number | null
  doubted: boolean
  names_family: boolean
}

export interface Share {
  acted_id: string
  acted: string
  units: number
  points: number | null
}

export interface Rule {
  points: number
  points_max: number
  unit: string
}

export interface Reviewing {
  deed: string
  outcome: string
  /** By the person who acted; what is not changed is the sheet's. */
  points: Record<string, string>
  callNote: string
  reasonCode: string
  reason: string
}

export const REASONS: Choice[] = [
  { value: 'unclear', label: '情况没有写清' },
  { value: 'wrong_item', label: '不属于这一项' },
  { value: 'wrong_facts', label: '时间、地点或人员有误' },
  { value: 'not_confirmed', label: '受助人或见证人不能证明' },
  { value: 'duplicate', label: '与另一件重复' },
  { value: 'duty', label: '属于本职工作或有报酬' },
  { value: 'other', label: '别的' },
]
export const MOST_REASON = 300
const OUTCOMES: Record<string, Choice> = {
  approve: { value: 'approve', label: '通过', hint: '公示期满没有异议就入账' },
  return: { value: 'return', label: '退回补充', hint: '对方补好再交' },
  reject: { value: 'reject', label: '不通过', hint: '对方可以向监督委员会申诉' },
  second_approve: { value: 'approve', label: '复核通过', hint: '公示期满没有异议就入账' },
  second_reject: { value: 'reject', label: '复核不通过', hint: '对方可以向监督委员会申诉' },
}

interface Action {
  action: string
  allowed: boolean
  reason: string
}

export function emptyReviewing(): Reviewing {
  return { deed: '', outcome: '', points: {}, callNote: '', reasonCode: '', reason: '' }
}

/** What this worker may answer; the server has said so. */
export function outcomesOf(actions: readonly Action[]): Choice[] {
  return actions.filter(({ allowed }) => allowed).flatMap(({ action }) => OUTCOMES[action] ?? [])
}

/** Why nothing can be answered, in the server's words. */
export function whyNone(actions: readonly Action[]): string {
  return actions.find(({ action, allowed }) => !allowed && action in OUTCOMES)?.reason ?? ''
}

export function isSecond(actions: readonly Action[]): boolean {
  return actions.some(({ action }) => action.startsWith('second_'))
}

export function pointsAsked({ points, points_max }: Rule, { units }: Share): number {
  return Math.min(points * units, points_max)
}

/** What the worker should know before deciding; none of it decides. */
export function hintLines(review: Review): string[] {
  const of = ({ serial, state_label }: Hint) =>
    [serial ?? '没有编号', state_label].filter(Boolean).join('，')
  return [
    review.doubted ? '有人说过不属实' : '',
    review.names_family ? '有证明人与做事人的家人同名，请问清' : '',
    ...review.same_day.map((hint) => `同一天同一项：${of(hint)}`),
    ...review.alike_stories.map((hint) => `写得相像（${hint.percent ?? 0}%）：${of(hint)}`),
    ...(review.alike_pictures ?? []).map((hint) => `照片相像：${of(hint)}`),
  ].filter(Boolean)
}

export function quotaText({ left_to_give }: Pick<Review, 'left_to_give'>): string {
  return left_to_give === null
    ? '您这个月没有审批额度，请居委会主任分配'
    : `您这个月还可以批${left_to_give}分`
}

export function missingInReview(
  form: Reviewing,
  shares: readonly Share[],
  rule: Rule | null,
  hasPictures: boolean,
  second: boolean,
): Record<string, string> {
  const missing: Record<string, string> = {}
  if (!form.outcome) return { outcome: '请选一样' }
  if (form.outcome === 'approve') {
    if (!second && !hasPictures && !form.callNote.trim()) {
      missing.callNote = '没有照片，请打电话或上门问一下受助人，写一句话'
    }
    for (const share of shares) {
      const given = form.points[share.acted_id]
      const isRight = !given || isPoints(given, rule?.points_max ?? Infinity)
      if (!isRight) missing[share.acted_id] = `请写1到${rule?.points_max}的整数`
    }
    return missing
  }
  if (!form.reasonCode) missing.reasonCode = '请选原因'
  if (!form.reason.trim()) missing.reason = '请写一句话，对方看得到'
  return missing
}

export function decision(
  form: Reviewing,
  version: number,
  second: boolean,
): Omit<Step, 'key'> {
  const why =
    form.outcome === 'approve'
      ? {}
      : { reason_code: form.reasonCode, reason: form.reason.trim() }
  const path = `/api/v1/virtue-bank/deeds/${form.deed}`
  const body = { outcome: form.outcome, row_version: version, ...why }
  if (second) return { method: 'post', path: `${path}/second-decision`, body }
  const points = Object.entries(form.points)
    .filter(([, given]) => given)
    .map(([acted_id, given]) => ({ acted_id, points: Number(given) }))
  const approval =
    form.outcome === 'approve' ? { points, call_note: form.callNote.trim() } : {}
  return { method: 'post', path: `${path}/decision`, body: { ...body, ...approval } }
}

export interface Word {
  deed: string
  /** Whose word it is: somebody asked, somebody found, or a name. */
  who: string
  name: string
  role: string
  channel: string
  stance: string
  related: string
  note: string
}

export const SOMEBODY = 'somebody'
export const ROLES: Choice[] = [
  { value: 'helped', label: '受助人' },
  { value: 'witness', label: '见证人' },
]

export function emptyWord(): Word {
  return {
    deed: '',
    who: '',
    name: '',
    role: '',
    channel: '',
    stance: '',
    related: '',
    note: '',
  }
}

export function whoChoices(
  asked: readonly { resident_id: string; name: string; role: string }[],
): Choice[] {
  return [
    ...asked.map(({ resident_id, name, role }) => ({
      value: resident_id,
      label: `${name}（${role}）`,
    })),
    { value: SOMEBODY, label: '别的人，写姓名' },
  ]
}

export function missingInWord(word: Word): Record<string, string> {
  const missing: Record<string, string> = {}
  if (!word.who) missing.who = '请选是谁说的'
  if (word.who === SOMEBODY && !word.name.trim()) missing.name = '请写姓名'
  if (word.who === SOMEBODY && !word.role) missing.role = '请选一样'
  if (!word.channel) missing.channel = '请选对方是怎么说的'
  if (!word.stance) missing.stance = '请选一样'
  if (!word.related) missing.related = '请问一问是不是一家人或亲戚'
  return missing
}

export function wordTyped(word: Word): Omit<Step, 'key'> {
  const isKnown = word.who !== SOMEBODY
  return {
    method: 'post',
    path: `/api/v1/virtue-bank/deeds/${word.deed}/confirmations/on-behalf`,
    body: {
      resident_id: isKnown ? word.who : null,
      name: isKnown ? '' : word.name.trim(),
      ...(isKnown ? {} : { role: word.role }),
      channel: word.channel,
      stance: word.stance,
      unrelated: word.related !== 'yes',
      note: word.note.trim(),
    },
  }
}

function isPoints(given: string, most: number): boolean {
  const points = Number(given)
  return Number.isInteger(points) && points >= 1 && points <= most
}
