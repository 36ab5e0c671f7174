/** How this phone says whose it is: by WeChat, or in a browser as one of the demo phones. */
import { call } from '../api/client'
import { isProblem } from '../api/problems'
import { IS_WEIXIN } from './build'

export const HAS_WECHAT = IS_WEIXIN

/** A phone a browser may sign in as; only where WeChat's double stands in. */
export interface DemoPhone {
  openid: string
  name: string
}

/** A one-use code; null when there is nobody to ask for one. */
export async function freshCode(openid: string | null): Promise<string | null> {
  if (IS_WEIXIN) return codeOfWeChat()
  if (!openid) return null
  const asked = { path: { openid }, asNobody: true }
  const answer = await call('post', '/api/v1/development/phones/{openid}/code', asked)
  return answer.code
}

/** Nobody where real people sign in: there the route does not exist. */
export async function demoPhones(): Promise<DemoPhone[]> {
  if (IS_WEIXIN) return []
  try {
    return (await call('get', '/api/v1/development/phones', {})).items
  } catch (thrown) {
    if (isProblem(thrown)) return []
    throw thrown
  }
}

function codeOfWeChat(): Promise<string | null> {
  return new Promise((resolve) => {
    uni.login({
      provider: 'weixin',
      success: ({ code }) => resolve(code),
      fail: () => resolve(null),
    })
  })
}
