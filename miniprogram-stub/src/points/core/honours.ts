/** 评选: where a round stands, whom one may put forward, and what the nominee answers. */
import type { Known } from '../../core/claiming'
import { byText, dayText, lastDay } from '../../core/dates'
import type { Tone } from '../../core/matters'
import type { Step } from '../../core/outbox'

export interface Round {
  title: string
  state: string
  counted_from: string
  counted_until: string
  places: number
  least_points: number | null
  nominations_until: string | null
  consents_until: string | null
  shown_until: string | null
}

export interface Nomination {
  state: string
  answer_until: string | null
}

export interface Nominating {
  round: string
  title: string
  /** A neighbour, `me`, or nobody yet. */
  nominee: string
  /** Who was found by name, as they are shown. */
  known: Record<string, Known>
  story: string
}

export interface Answering {
  id: string
  title: string
  agreed: '' | 'yes' | 'no'
  photo: '' | 'yes' | 'no'
}

const BANK = '/api/v1/virtue-bank'
export const MYSELF = 'me'
export const MOST_STORY = 500
const LEAST_STORY = 5

const TONES: Record<string, Tone> = { nominating: 'mine', publicity: 'going', decided: 'done' }
const ROUNDS: Record<string, string> = {
  nominating: '{nominations}可以推荐邻居，也可以推荐自己',
  consenting: '推荐截止了，正在问本人愿不愿意，请{consents}答复',
  reviewing: '评议组正在商量，里面没有候选人的亲戚和家人',
  publicity: '正在公示，到{shown}没有异议就授予',
  decided: '评好了，已经授予',
}
const OWN: Record<string, string> = {
  asked: '有人推荐您，愿不愿意由您定',
  agreed: '您同意参加了，正在评',
  declined: '您没有参加',
  unanswered: '没有等到您的答复，这次不参加了',
  not_entered: '这次没有进入评议，只告诉您本人',
  not_chosen: '这次名额有限，没有入选。谢谢您为邻里做的事',
  shown: '您入选了，正在公示',
  objected: '有人提了异议，居委会正在核实',
  struck: '异议有道理，这次没有授予',
  honoured: '授予您了',
}
const STILL_MINE = ['agreed', 'shown', 'objected', 'honoured']

export const WILLING = [
  { value: 'yes', label: '愿意', hint: '姓名和做的事会让大家看到' },
  { value: 'no', label: '不愿意', hint: '没有关系，不会公开' },
]
export const PHOTO = [
  { value: 'yes', label: '可以用照片' },
  { value: 'no', label: '不用照片', hint: '只写姓名，一样参加' },
]

export function roundTone({ state }: Round): Tone {
  return TONES[state] ?? 'going'
}

export function roundSentence(round: Round, now: number): string {
  const by = (until: string | null) => (until ? byText(until, now) : '')
  return (ROUNDS[round.state] ?? '')
    .replace('{nominations}', by(round.nominations_until))
    .replace('{consents}', by(round.consents_until))
    .replace('{shown}', round.shown_until ? dayText(lastDay(round.shown_until), now) : '')
}

/** Which deeds count, how many are honoured, and the filter at the door. */
export function termsOf(round: Round, now: number): string[] {
  const last = lastDay(`${round.counted_until}T00:00:00+08:00`)
  return [
    `看${dayText(round.counted_from, now)}到${dayText(last, now)}做的事，名额${round.places}个`,
    round.least_points ? `这段时间做好事得过${round.least_points}分的可以参评，分多分少一个样` : '',
  ].filter(Boolean)
}

export function ownSentence({ state, answer_until }: Nomination, now: number): string {
  const by = answer_until ? `，请${byText(answer_until, now)}答复` : ''
  return `${OWN[state] ?? ''}${by}`
}

/** One's word may be taken back as long as something follows from it. */
export function mayStepBack({ state }: Nomination): boolean {
  return STILL_MINE.includes(state)
}

export function steppingBackText({ state }: Nomination): string {
  return state === 'honoured'
    ? '证书还是您的，只是不再公开您的全名。'
    : '不参加以后，这次评选里不再有您，改不回来。'
}

/** Oneself, those one lives with, the nearest captains; each once. */
export function nomineeChoices(
  near: readonly { value: string; label: string }[],
): { value: string; label: string }[] {
  const known = new Map(near.map((each) => [each.value, each]))
  return [{ value: MYSELF, label: '我自己' }, ...known.values()]
}

/** The household as far as the family's account tells of it. */
export function homeOf(
  family: {
    members: readonly { resident_id: string; name: string; is_me: boolean; role: string }[]
    others: readonly { resident_id: string; name: string }[]
  } | null,
): { value: string; label: string }[] {
  const members = (family?.members ?? []).filter(({ is_me, role }) => !is_me && role !== 'child')
  return [...members, ...(family?.others ?? [])].map(({ resident_id, name }) => ({
    value: resident_id,
    label: name,
  }))
}

export function missingInNomination({ nominee, story }: Nominating) {
  return {
    nominee: nominee ? '' : '请选一位',
    story: [...story.trim()].length >= LEAST_STORY ? '' : '请写几句，至少五个字',
  }
}

export function nominating({ round, nominee, story }: Nominating): Omit<Step, 'key'> {
  return {
    method: 'post',
    path: `${BANK}/honour-rounds/${round}/nominations`,
    body: { nominee_id: nominee === MYSELF ? null : nominee, story: story.trim() },
  }
}

export function missingInAnswer({ agreed, photo }: Answering) {
  return {
    agreed: agreed ? '' : '请选一样',
    photo: agreed !== 'yes' || photo ? '' : '请选一样',
  }
}

/** Only a yes needs the policy that was read, and the photograph its own yes. */
export function answering(
  { id, agreed, photo }: Answering,
  policyVersion: number | null,
): Omit<Step, 'key'> {
  const isYes = agreed === 'yes'
  return {
    method: 'post',
    path: `${BANK}/nominations/${id}/consent`,
    body: {
      agreed: isYes,
      photo: isYes && photo === 'yes',
      policy_version: isYes ? policyVersion : null,
    },
  }
}
