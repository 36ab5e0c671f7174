/** The one way to do something at once that makes no sense to send later, such as signing in. */
import { ref, shallowRef } from 'vue'
import { isProblem, type Problem } from '../api/problems'

export function useAttempt() {
  const problem = shallowRef<Problem | null>(null)
  const isBusy = ref(false)

  /** One at a time; what fails is told, and can be tried again. */
  async function attempt(act: () => Promise<unknown>): Promise<void> {
    if (isBusy.value) return
    isBusy.value = true
    problem.value = null
    try {
      await act()
    } catch (thrown) {
      if (!isProblem(thrown)) throw thrown
      problem.value = thrown
    } finally {
      isBusy.value = false
    }
  }

  return { attempt, problem, isBusy }
}
