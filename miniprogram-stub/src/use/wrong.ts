/** Bring the first thing that needs another look to where the reader is. */
import { onHide, onShow } from '@dcloudio/uni-app'
import { getCurrentInstance, nextTick, shallowRef, watch } from 'vue'
import { comesBefore, scrollTo, type Words } from '../core/wrong'
import { moveFocusNear } from '../platform/reading_aloud'

interface Box {
  top: number
  bottom: number
  width: number
}

/** Counts how often somebody was to be brought there. */
const looks = shallowRef(0)
let first: Words | null = null

/** After a form was found wanting, here or by the server. */
export function showFirstWrong(): void {
  void nextTick(() => {
    first = null
    looks.value += 1
  })
}

/**
 * For a part that says what is wrong. Each finds out for itself where it stands: WeChat looks into
 * no part from outside. `isNote`: about the form as a whole, of less use than a question's own words.
 */
export function useWrongWords(words: () => unknown, selector: string, isNote = false): void {
  const self = getCurrentInstance()
  let isHidden = false
  onHide(() => {
    isHidden = true
  })
  onShow(() => {
    isHidden = false
  })
  watch(looks, () => {
    if (!words() || isHidden) return
    const asked = uni.createSelectorQuery().in(self?.proxy)
    asked.select(selector).boundingClientRect()
    asked.selectViewport().scrollOffset(() => undefined)
    asked.exec(([box, view]: [Box | null, { scrollTop: number }]) => {
      if (!box?.width) return
      const { top, bottom } = box
      const here = { isNote, top: view.scrollTop + top, bottom: view.scrollTop + bottom }
      if (first && !comesBefore(here, first)) return
      first = here
      const scrollTop = scrollTo(here, view.scrollTop, uni.getWindowInfo().windowHeight)
      if (scrollTop !== null) uni.pageScrollTo({ scrollTop, duration: 0 })
      if (!isNote) moveFocusNear(self?.proxy ?? null)
    })
  })
}
