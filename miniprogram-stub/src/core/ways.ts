/** Where the page of a matter leads on: what one may say, the appraisal, the board. */
import { actionsOf, BULLETINS, text, type Action } from './case'
import { SAYINGS, type Act } from './saying'

export interface Open {
  id: string
  meeting_id: string | null
  allowed_actions: readonly Action[]
  appraisal: Record<string, unknown> | null
  bulletins: readonly Record<string, unknown>[]
}

export interface Way {
  text: string
  url: string
  isMain: boolean
}

export function actsOf({ id, allowed_actions, appraisal }: Open): Way[] {
  const may = (action: string) => actionsOf(allowed_actions, action)?.allowed ?? false
  const said: Way[] = (Object.keys(SAYINGS) as Act[])
    .filter(may)
    .map((act) => ({ text: SAYINGS[act].offer, url: pathOf(act, id), isMain: false }))
  const question = text(appraisal?.id)
  if (!question) return said
  const rating = { url: `/matter/rate?id=${question}`, isMain: may('appraise') }
  return [{ ...rating, text: rating.isMain ? '评一评办得好不好' : '看评事的情况' }, ...said]
}

function pathOf(act: Act, id: string): string {
  return act === 'object' ? `/public/objection?act=object&id=${id}` : `/matter/say?act=${act}&id=${id}`
}

export function noticesOf({ bulletins }: Open): { id: string; text: string }[] {
  return bulletins.map(({ id, kind }) => ({
    id: text(id),
    text: `看公示：${BULLETINS[text(kind)] ?? '公示'}`,
  }))
}
