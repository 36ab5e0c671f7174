/** Bring the first question that needs another look to where the reader is. */
import { getCurrentInstance, nextTick } from 'vue'

interface Box {
  top: number
}

interface View {
  scrollTop: number
}

const ABOVE_PX = 60

/** Questions with something wrong carry the class `wrong-here`. */
export function useFirstWrong(): () => void {
  const self = getCurrentInstance()
  return () =>
    void nextTick(() => {
      const asked = uni.createSelectorQuery().in(self?.proxy)
      asked.select('.wrong-here').boundingClientRect()
      asked.selectViewport().scrollOffset(() => undefined)
      asked.exec(([box, view]: [Box | null, View]) => {
        if (!box) return
        uni.pageScrollTo({ scrollTop: view.scrollTop + box.top - ABOVE_PX, duration: 0 })
      })
    })
}
