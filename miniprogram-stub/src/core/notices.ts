/** How somebody wants to hear of things; 我的消息 always has them all. */

export const MODES: Record<string, string> = {
  now: '马上在微信里告诉我',
  digest: '每天一次，合在一起告诉我',
  inbox: '只放在“我的消息”里',
}

/** What a kind of notice is about, in the words of somebody who gets it. */
const TOPICS: Record<string, [title: string, hint: string]> = {
  matter_progress: ['我的事有进展', '说过的、附议的、关注的事走到下一步'],
  meeting_notice: ['议事的日子', '请您来商量，改日子，不开了'],
  vote_reminder: ['请您表态、评事', '快到日子了提醒一次'],
  activity_reminder: ['活动', '报过名的活动'],
  review_result: ['我写的内容', '看过了，能不能发出去'],
  publication: ['公开栏', '新的公示'],
  points_change: ['积分', '加了、用了多少'],
  digest: ['每天的汇总', ''],
  emergency: ['紧急的事', '停水停电、台风这样的大事'],
}

export interface Preference {
  topic: string
  title: string
  mode: string | null
  default: string
  modes: readonly string[]
}

export function topicTitle({ topic, title }: { topic: string; title: string }): string {
  return TOPICS[topic]?.[0] ?? title
}

export function topicHint({ topic }: { topic: string }): string {
  return TOPICS[topic]?.[1] ?? ''
}

export function modeOf({ mode, default: usual }: Preference): string {
  return mode ?? usual
}

export function modeText(preference: Preference): string {
  return MODES[modeOf(preference)] ?? ''
}

export function modeOptions({ modes }: Preference): { value: string; label: string }[] {
  return modes.map((value) => ({ value, label: MODES[value] ?? value }))
}
