/** What was scanned from paper: a printed link, or a code of WeChat's. */
import { call } from '../api/client'
import { isProblem } from '../api/problems'
import { destination, type Launch } from '../core/deeplink'
import { go } from './going'

const NOTHING_WORDS = '找不到这个码指的内容，可能已经撤下'

/** The page such a code leads to opens over the first page; without a code nothing happens. */
export async function openPrinted({ scene, q, code }: Launch): Promise<void> {
  if (!scene && !q && !code) return
  const found = destination({ scene, q, code })
  try {
    const url = found.to === 'code' ? await pageBehind(found.code) : null
    if (url) return go(url)
    uni.showToast({ title: NOTHING_WORDS, icon: 'none' })
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown
    uni.showToast({ title: thrown.kind === 'gone' ? NOTHING_WORDS : thrown.title, icon: 'none' })
  }
}

async function pageBehind(code: string): Promise<string | null> {
  const { page, id } = await call('get', '/q/{code}.json', { path: { code } })
  const found = destination({ page: `${page}?id=${id}` })
  return found.to === 'page' ? found.url : null
}
