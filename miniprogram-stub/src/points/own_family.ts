/** One's family, or the one that asks one in; that there is none is no error. */
import { call } from '../api/client'
import { isProblem } from '../api/problems'

export async function readOwnFamily() {
  try {
    return await call('get', '/api/v1/virtue-bank/me/family', {})
  } catch (thrown) {
    if (isProblem(thrown) && thrown.kind === 'gone') return null
    throw thrown
  }
}
