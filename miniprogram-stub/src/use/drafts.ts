/** A deed that was begun and went on elsewhere: taken up as it stands, or told anew. */
import { call } from '../api/client'
import { isProblem } from '../api/problems'
import { actionsOf } from '../core/case'
import type { Claiming } from '../core/claiming'

type Draft = NonNullable<Claiming['draft']>

/** As it can be changed now; null: it cannot be, so the next claim is a new one. */
export async function draftNow(
  { id, version }: Draft,
  acting: { onBehalfOf?: string } = {},
): Promise<Draft | null> {
  const path = { deed_id: id }
  try {
    const deed = await call('get', '/api/v1/virtue-bank/deeds/{deed_id}', { path, ...acting })
    const mayEdit = actionsOf(deed.allowed_actions ?? [], 'edit')?.allowed
    return mayEdit ? { id, version: deed.row_version } : null
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown
    return thrown.kind === 'gone' ? null : { id, version }
  }
}
