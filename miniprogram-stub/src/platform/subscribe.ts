/** Asking whether WeChat may tell of progress; a browser has nothing to ask. */
import { call } from '../api/client'
import type { paths } from '../api/schema'
import { offline, type Problem } from '../api/problems'
import { newKey } from '../core/ids'
import { IS_WEIXIN } from './build'

type Results =
  paths['/api/v1/me/subscription-asks/{ask_id}']['put']['requestBody']['content']['application/json']['results']

export const CAN_SUBSCRIBE = IS_WEIXIN

/** What WeChat says when it could not ask: no network, or all messages switched off for us. */
const NO_NETWORK = [10002, 10003]
const SWITCHED_OFF = 20004

/**
 * Must be called in a tap. True if at least one kind of message was allowed; throws a `Problem`
 * where nothing could be asked.
 */
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
  return new Promise((resolve, reject) => {
    uni.requestSubscribeMessage({
      tmplIds,
      success: resolve,
      fail(why: { errCode?: number }) {
        if (NO_NETWORK.includes(why.errCode ?? 0)) reject(offline())
        else if (why.errCode === SWITCHED_OFF) reject(switchedOff())
        else resolve({})
      },
    })
  })
}

function switchedOff(): Problem {
  return {
    ...offline(),
    kind: 'refused',
    title: '微信里关掉了“邻里”的消息',
    detail: '请点右上角的三个点，在“设置”里打开“接收通知”，再回来答应。',
  }
}
