/** Where one page asks one question after the other, each is read from its top. */
import { nextTick, watch, type Ref } from 'vue'

export function useFromTheTop(question: Ref<unknown>): void {
  watch(question, () => void nextTick(() => uni.pageScrollTo({ scrollTop: 0, duration: 0 })))
}
