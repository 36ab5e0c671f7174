/** A short form with one button: kept while typed, handed in once, open again when refused. */
import { computed, shallowRef, watch } from 'vue'
import type { Problem } from '../api/problems'
import type { Given } from '../core/outbox'
import { useForm } from './form'
import { takeBack, useSubmit, waiting } from './outbox'
import { showFirstWrong } from './wrong'

export function useHandIn<T extends object>(empty: () => T) {
  const { form, open: openForm, clear } = useForm<T>(empty)
  const { sending, submit } = useSubmit()
  /** Why it came back, where it was sent while nobody looked. */
  const cameBack = shallowRef<Problem | null>(null)
  let again = ''

  const problem = computed(() =>
    sending.value.state === 'refused' ? sending.value.problem : cameBack.value,
  )
  const answer = computed(() => (sending.value.state === 'sent' ? sending.value.answer : null))
  const isUnderWay = computed(() => ['sending', 'saved'].includes(sending.value.state))

  /** `key` is of a refused one in the outbox, whose form this is. */
  function open(name: string, key?: string): void {
    const refused = waiting.value.find((entry) => entry.key === key)
    if (!refused) return openForm(name)
    again = refused.key
    cameBack.value = refused.refusal
    openForm(`${name}:${again}`, refused.form as T)
  }

  async function handIn(given: Omit<Given, 'form'>): Promise<void> {
    if (sending.value.state === 'sending') return // a second tap
    const { state } = await submit({ ...given, form: form.value })
    if (state === 'full' || state === 'refused') return
    if (again) takeBack(again)
    again = ''
    cameBack.value = null
    clear()
  }

  // Also long after it was handed in without network, when the form was emptied.
  watch(sending, (now) => {
    if (now.state !== 'refused') return
    form.value = { ...(now.entry.form as T) }
    showFirstWrong()
  })

  return { form, open, handIn, sending, problem, answer, isUnderWay }
}
