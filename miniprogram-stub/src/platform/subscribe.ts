/** Asking whether WeChat may tell of progress; a browser has nothing to ask. */
import { call } from '../api/client'
import type { paths } from '../api/schema'
import { newKey } from '../core/ids'
import { IS_WEIXIN } from './build'

type Results =
  paths['/api/v1/me/subscription-asks/{ask_id}']['put']['requestBody']['content']['application/json']['results']

export const CAN_SUBSCRIBE = IS_WEIXIN

/** Must be called in a tap. True if at least one kind of message was allowed. */
export async function askForCards(templateIds: string[]): Promise<boolean> {
  const answered = await asked(templateIds)
  const results = Object.fromEntries(
    Object.entries(answered).filter(([id]) => templateIds.includes(id)),
  ) as Results
  if (!Object.keys(results).length) return false
  const path = { ask_id: newKey() }
  await call('put', '/api/v1/me/subscription-asks/{ask_id}', { path, body: { results } })
  return Object.values(results).some((answer) => answer.startsWith('accept'))
}

function asked(tmplIds: string[]): Promise<object> {
  return new Promise((resolve) => {
    uni.requestSubscribeMessage({ tmplIds, success: resolve, fail: () => resolve({}) })
  })
}
