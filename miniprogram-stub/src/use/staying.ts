/** A page that goes on after something was handed in: what came of it is said, all is read anew. */
import { ref, watch } from 'vue'
import { isOfOld } from '../api/problems'
import type { useHandIn } from './handing'

type Handing = Pick<ReturnType<typeof useHandIn>, 'answer' | 'problem' | 'sending'>

interface Options {
  /** Read what is shown; `isDone`: something of one's own was just added to it. */
  reload: (isDone: boolean) => Promise<unknown>
  /** What is said once it is done. */
  words: (told: Record<string, unknown>) => string
}

export function useStaying({ answer, problem, sending }: Handing, { reload, words }: Options) {
  const done = ref('')
  watch(answer, async (told) => {
    if (!told) return
    await reload(true)
    done.value = words(told)
    sending.value = { state: 'idle' }
  })
  /** Somebody else was quicker. */
  watch(problem, (why) => {
    if (!why) return
    done.value = ''
    if (isOfOld(why)) void reload(false)
  })
  return { done }
}
