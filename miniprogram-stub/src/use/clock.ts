/** Now, as pages see it: it moves when a page is shown, not under the reader. */
import { onShow } from '@dcloudio/uni-app'
import { ref, type Ref } from 'vue'

export function useNow(): Ref<number> {
  const now = ref(Date.now())
  onShow(() => {
    now.value = Date.now()
  })
  return now
}
