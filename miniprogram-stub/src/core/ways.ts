/** Where the page of a matter leads on: what one may say, the appraisal, the board. */
import { actionsOf, BULLETINS, text, type Action } from './case'
import { SAYINGS, type Act } from './saying'

export interface Open {
  id: string
  meeting_id: string | null
  allowed_actions: readonly Action[]
  appraisal: Record<string, unknown> | null
  tasks: readonly Record<string, unknown>[]
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

/** What the reader has taken on: telling how far it is. */
export function tasksOf({ tasks, allowed_actions }: Open, reader: string): Way[] {
  if (!actionsOf(allowed_actions, 'update_task')?.allowed) return []
  return tasks
    .filter(({ assignee_id, state }) => assignee_id === reader && state === 'open')
    .map(({ id, title }) => ({
      text: `说说办得怎样：${text(title)}`,
      url: `/grid/act?act=update_task&id=${text(id)}&title=${encodeURIComponent(text(title))}`,
      isMain: true,
    }))
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
