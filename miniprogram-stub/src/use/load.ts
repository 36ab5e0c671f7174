/** The one way a page gets its data: a saved copy at once, then the newest, or why not. */
import { onShow, onUnload } from '@dcloudio/uni-app'
import { computed, onMounted, ref, shallowRef, watch } from 'vue'
import { isProblem, type Problem } from '../api/problems'
import { NOBODY, personal } from '../core/stores'
import { whenNetworkReturns } from '../platform/network'
import { storage } from '../platform/storage'
import { isSignedIn, person } from './session'

export type State = 'waiting' | 'loading' | 'ready' | 'failed' | 'signedOut'

interface Copy<T> {
  data: T
  at: number
}

interface Options {
  /** Under which name a copy is kept for times without network; none: nothing is kept. */
  copy?: () => string
  /** Open to everybody; otherwise nothing is asked before the sign-in. */
  open?: boolean
}

const PATIENCE_MS = 300

/** Reads whenever the page shows, and when the network returns. Call `reload` after a change. */
export function useLoad<T>(read: () => Promise<T>, { copy, open = false }: Options = {}) {
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  /** When what is shown was read. */
  const savedAt = ref<number | null>(null)
  const isSlow = ref(false)
  let asked = 0

  const state = computed<State>(() => {
    if (!open && !isSignedIn.value) return 'signedOut'
    if (data.value !== null) return 'ready'
    if (problem.value) return 'failed'
    return isSlow.value ? 'loading' : 'waiting'
  })

  async function reload(): Promise<void> {
    if (!open && !isSignedIn.value) {
      data.value = null
      return
    }
    const mine = ++asked
    const reader = person.value
    const isWanted = () => mine === asked && reader === person.value
    const timer = setTimeout(() => (isSlow.value = true), PATIENCE_MS)
    if (data.value === null) showCopy()
    try {
      const newest = await read()
      if (!isWanted()) return
      data.value = newest
      savedAt.value = Date.now()
      problem.value = null
      if (copy) storage.set(nameOf(copy()), { data: newest, at: savedAt.value } satisfies Copy<T>)
    } catch (thrown) {
      if (!isProblem(thrown)) throw thrown
      if (isWanted()) failed(thrown)
    } finally {
      clearTimeout(timer)
      isSlow.value = false
    }
  }

  function showCopy(): void {
    const kept = copy && storage.get<Copy<T>>(nameOf(copy()))
    if (!kept) return
    data.value = kept.data
    savedAt.value = kept.at
  }

  /** What is no longer there is not shown from a copy either. */
  function failed(why: Problem): void {
    problem.value = why
    if (why.kind === 'gone' || why.kind === 'refused') {
      data.value = null
      if (copy) storage.remove(nameOf(copy()))
    }
  }

  // Another person on this phone sees nothing of what the one before was shown.
  watch(
    person,
    () => {
      data.value = null
      problem.value = null
      savedAt.value = null
    },
    { flush: 'sync' },
  )
  onShow(() => void reload())
  // A part that appears when its page has long been shown.
  onMounted(() => setTimeout(() => asked === 0 && void reload()))
  const stop = whenNetworkReturns(() => problem.value && void reload())
  onUnload(stop)
  return { data, state, problem, savedAt, reload }
}

function nameOf(copy: string): string {
  return personal(person.value ?? NOBODY, `copy:${copy}`)
}
