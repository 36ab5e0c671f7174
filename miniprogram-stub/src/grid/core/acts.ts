/** What a grid worker does to a matter, a task or a claim: what is asked, and what is sent. */
import { dayText, daysAfter } from '../../core/dates'
import type { Step } from '../../core/outbox'

export type Answers = Record<string, string>

export interface Choice {
  value: string
  label: string
  hint?: string
}

export interface Question {
  name: string
  label: string
  hint?: string
  kind: 'choice' | 'line' | 'lines' | 'number'
  options?: readonly Choice[]
  inline?: boolean
  most?: number
  optional?: boolean
}

/** What it is done to. A matter's version says what the worker has seen of it. */
export interface Subject {
  id: string
  version?: number
  title: string
}

/** What the questions depend on; what is not known is not asked. */
export interface Known {
  now: number
  buildings?: readonly Choice[]
  /** Registered there without a phone, and perhaps the one who asks. */
  samePeople?: readonly Choice[]
  households?: readonly Choice[]
}

export interface Act {
  title: string
  button: string
  done: string
  grave?: boolean
  questions: (known: Known) => Question[]
  step: (subject: Subject, answers: Answers) => Omit<Step, 'key'>
}

const NO = 'no'
const EXTRA_DAYS = [1, 3, 7, 14]
const RETURNS: Choice[] = [
  { value: 'place_unclear', label: '地方不清楚' },
  { value: 'facts_unclear', label: '事情不清楚' },
  { value: 'duplicate', label: '已经说过一样的' },
  { value: 'wrong_channel', label: '该走别的办法' },
  { value: 'other', label: '别的' },
]
const REJECTIONS: Choice[] = [
  { value: 'outside_community', label: '不归本社区管' },
  { value: 'unlawful', label: '法律不允许' },
  { value: 'in_court', label: '法院正在办' },
  { value: 'decided_before', label: '已经定过' },
  { value: 'other', label: '别的' },
]
export const MODES: Choice[] = [
  { value: 'visit', label: '上门' },
  { value: 'phone', label: '打电话' },
  { value: 'on_site', label: '看现场' },
  { value: 'desk', label: '查资料' },
]
const EVIDENCE: Choice[] = [
  { value: 'document_seen', label: '看过证件', hint: '看过就行，不拍照、不抄号码' },
  { value: 'known_in_person', label: '本人认识' },
  { value: 'lease_seen', label: '看过租房合同' },
  { value: 'household_member_confirms', label: '同住的人确认' },
]
const REFUSALS: Choice[] = [
  { value: 'not_found_there', label: '那里没有这个人' },
  { value: 'evidence_missing', label: '没看到依据' },
  { value: 'wrong_dwelling', label: '房号不对' },
  { value: 'duplicate', label: '已经登记过' },
  { value: 'other', label: '别的' },
]
export const RELATIONS: Choice[] = [
  { value: 'head', label: '户主' },
  { value: 'spouse', label: '配偶' },
  { value: 'child', label: '子女' },
  { value: 'parent', label: '父母' },
  { value: 'lodger', label: '租住' },
  { value: 'other', label: '其他' },
]
export const TENURES: Choice[] = [
  { value: 'owner', label: '自己的房' },
  { value: 'tenant', label: '租的房' },
  { value: 'other', label: '其他' },
]
const PERCENTS: Choice[] = ['25', '50', '75', '100'].map((value) => ({
  value,
  label: value === '100' ? '办好了' : `办了${value}%`,
}))

export const ACTS: Record<string, Act> = {
  accept: {
    title: '受理',
    button: '受理',
    done: '受理了，已经告诉说事的人',
    questions: () => [
      { name: 'note', label: '想说的话，可以不写', kind: 'lines', most: 500, optional: true },
    ],
    step: ({ id, version }, { note }) => ({
      method: 'post',
      path: `/api/v1/proposals/${id}/acceptance`,
      body: { version, note: note ?? '' },
    }),
  },
  return: {
    title: '请说事的人补充',
    button: '请对方补充',
    done: '已经告诉说事的人要补什么',
    questions: () => [
      { name: 'reason_code', label: '为什么要补', kind: 'choice', options: RETURNS, inline: true },
      {
        name: 'note',
        label: '跟对方怎么说',
        hint: '对方会看到这句话，说清楚补什么、为什么',
        kind: 'lines',
        most: 500,
      },
      {
        name: 'missing',
        label: '缺什么，可以不写',
        hint: '一行写一样',
        kind: 'lines',
        most: 300,
        optional: true,
      },
    ],
    step: ({ id, version }, { reason_code, note, missing }) => ({
      method: 'post',
      path: `/api/v1/proposals/${id}/return`,
      body: { version, reason_code, note, missing: linesOf(missing) },
    }),
  },
  reject: {
    title: '不受理',
    button: '定为不受理',
    done: '已经告诉说事的人原因，对方可以申诉',
    grave: true,
    questions: () => [
      { name: 'reason_code', label: '为什么', kind: 'choice', options: REJECTIONS, inline: true },
      { name: 'clause', label: '根据哪一条', hint: '比如：居民公约第3条', kind: 'line', most: 100 },
      {
        name: 'note',
        label: '跟对方怎么说',
        hint: '对方会看到这句话，也说说可以找谁',
        kind: 'lines',
        most: 500,
      },
    ],
    step: ({ id, version }, { reason_code, clause, note }) => ({
      method: 'post',
      path: `/api/v1/proposals/${id}/rejection`,
      body: { version, reason_code, clause, note },
    }),
  },
  note_inquiry: {
    title: '问事记录',
    button: '记下来',
    done: '记下来了',
    questions: () => [
      { name: 'mode', label: '怎么问的', kind: 'choice', options: MODES, inline: true },
      {
        name: 'facts',
        label: '问到、看到了什么',
        hint: '谁说的、什么样、影响到谁。也可以按键盘上的话筒说。',
        kind: 'lines',
        most: 2000,
      },
      {
        name: 'affected_households',
        label: '影响多少户，可以不写',
        kind: 'number',
        most: 6,
        optional: true,
      },
      {
        name: 'cost_yuan',
        label: '大约要花多少元，可以不写',
        kind: 'number',
        most: 9,
        optional: true,
      },
    ],
    step: ({ id, version }, { mode, facts, affected_households, cost_yuan }) => ({
      method: 'post',
      path: `/api/v1/proposals/${id}/inquiry-notes`,
      body: {
        version,
        mode,
        facts,
        affected_households: wholeOf(affected_households),
        cost_fen: fenOf(cost_yuan),
      },
    }),
  },
  explain_overdue: {
    title: '说明为什么晚了',
    button: '把原因记下来',
    done: '原因记下来了，大家能看到',
    questions: ({ now }) => [
      { name: 'reason', label: '为什么晚了', kind: 'lines', most: 500 },
      { name: 'expected_on', label: '哪天能办好', kind: 'choice', options: comingDays(now) },
    ],
    step: ({ id, version }, { reason, expected_on }) => ({
      method: 'post',
      path: `/api/v1/proposals/${id}/explanation`,
      body: { version, reason, expected_on },
    }),
  },
  update_task: {
    title: '说说办得怎样',
    button: '记下来',
    done: '记下来了，大家能看到',
    questions: () => [
      { name: 'percent', label: '办到哪里', kind: 'choice', options: PERCENTS, inline: true },
      { name: 'note', label: '做了什么', kind: 'lines', most: 1000 },
      { name: 'spent_yuan', label: '一共花了多少元，可以不写', kind: 'number', most: 9, optional: true },
    ],
    step: ({ id }, { percent, note, spent_yuan }) => ({
      method: 'post',
      path: `/api/v1/tasks/${id}/updates`,
      body: { percent: Number(percent), note, spent_fen: fenOf(spent_yuan) },
    }),
  },
  confirm_home: {
    title: '核实住处',
    button: '核实了，住在这里',
    done: '核实了，已经告诉对方',
    questions: ({ samePeople = [], households = [] }) => [
      { name: 'evidence_kind', label: '怎么核实的', kind: 'choice', options: EVIDENCE },
      ...(samePeople.length ? [whichPerson(samePeople)] : []),
      ...(households.length ? [whichHousehold(households)] : []),
    ],
    step: ({ id }, { evidence_kind, same_person_id, household }) => ({
      method: 'post',
      path: `/api/v1/verifications/${id}/decision`,
      body: {
        confirmed: true,
        evidence_kind,
        ...(same_person_id && same_person_id !== NO ? { same_person_id } : {}),
        ...intoHousehold(household),
      },
    }),
  },
  refuse_home: {
    title: '没核实到',
    button: '这次不通过',
    done: '已经告诉对方原因，对方10天内可以申诉',
    grave: true,
    questions: () => [
      { name: 'reason_code', label: '为什么', kind: 'choice', options: REFUSALS, inline: true },
      { name: 'reason', label: '跟对方怎么说', hint: '对方会看到这句话', kind: 'lines', most: 500 },
    ],
    step: ({ id }, { reason_code, reason }) => ({
      method: 'post',
      path: `/api/v1/verifications/${id}/decision`,
      body: { confirmed: false, reason_code, reason },
    }),
  },
  register: {
    title: '登记没有微信的人',
    button: '登记',
    done: '登记好了，住处也核实了',
    questions: ({ buildings = [], households = [] }) => [
      { name: 'name', label: '姓名', kind: 'line', most: 20 },
      { name: 'building_id', label: '哪栋楼', kind: 'choice', options: buildings, inline: true },
      { name: 'unit_no', label: '几单元', hint: '只写数字，比如 1', kind: 'line', most: 10 },
      { name: 'room_no', label: '房号', hint: '比如 301', kind: 'line', most: 10 },
      { name: 'relation', label: '是这一户的什么人', kind: 'choice', options: RELATIONS, inline: true },
      { name: 'tenure', label: '房子是', kind: 'choice', options: TENURES, inline: true },
      { name: 'evidence_kind', label: '怎么核实的', kind: 'choice', options: EVIDENCE },
      { name: 'phone', label: '电话，可以不写', hint: '手机，或带区号的座机', kind: 'line', most: 13, optional: true },
      ...(households.length ? [whichHousehold(households)] : []),
    ],
    step: (_, { phone, household, ...person }) => ({
      method: 'post',
      path: '/api/v1/people',
      body: { ...person, ...(phone ? { phone } : {}), ...intoHousehold(household) },
    }),
  },
}

/** What is still missing, by question; the server looks again. */
export function missingIn(questions: readonly Question[], answers: Answers): Answers {
  return Object.fromEntries(
    questions
      .filter(({ name, optional }) => !optional && !(answers[name] ?? '').trim())
      .map(({ name, kind }) => [name, kind === 'choice' ? '请选一样' : '请写一写']),
  )
}

/** Which question an error of the server belongs to, where the two have other names. */
export function beside(fields: Record<string, string>): Answers {
  const names: Record<string, string> = {
    cost_fen: 'cost_yuan',
    spent_fen: 'spent_yuan',
    household_id: 'household',
  }
  return Object.fromEntries(
    Object.entries(fields).map(([field, words]) => [names[field] ?? field, words]),
  )
}

function whichPerson(samePeople: readonly Choice[]): Question {
  return {
    name: 'same_person_id',
    label: '是不是已经登记的这个人',
    kind: 'choice',
    options: [
      ...samePeople.map((one) => ({ ...one, hint: '选了，以前替这个人记的事就归到一起' })),
      { value: NO, label: '都不是' },
    ],
  }
}

function whichHousehold(households: readonly Choice[]): Question {
  return {
    name: 'household',
    label: '这里住着几户，是哪一户',
    kind: 'choice',
    options: [...households, { value: NO, label: '是新的一户' }],
  }
}

function intoHousehold(household: string | undefined): Record<string, unknown> {
  if (!household) return {}
  return household === NO ? { new_household: true } : { household_id: household }
}

function comingDays(now: number): Choice[] {
  return EXTRA_DAYS.map((days) => {
    const value = daysAfter(now, days)
    return { value, label: dayText(value, now) }
  })
}

function linesOf(text = ''): string[] {
  return text.split('\n').map((line) => line.trim()).filter(Boolean)
}

function wholeOf(text = ''): number | null {
  return text.trim() ? Math.round(Number(text)) : null
}

function fenOf(text = ''): number | null {
  return text.trim() ? Math.round(Number(text) * 100) : null
}
