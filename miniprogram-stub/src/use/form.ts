/** What somebody is writing, kept on the phone at every change, so that nothing typed is lost. */
import { nextTick, ref, watch, type Ref } from 'vue'
import { NOBODY, personal } from '../core/stores'
import { storage } from '../platform/storage'
import { person } from './session'

export function useForm<T extends object>(empty: () => T) {
  const form = ref(empty()) as Ref<T>
  let name = ''
  const nameNow = () => personal(person.value ?? NOBODY, `form:${name}`)
  // Somebody else has signed in over an open page: these are not their words.
  watch(person, (_, before) => before !== null && (form.value = empty()), { flush: 'sync' })
  watch(form, (now) => name && storage.set(nameNow(), now), { deep: true })

  /** Go on with what was written under this name; `start` is what a first opening shows. */
  function open(as: string, start?: T): void {
    name = as
    form.value = { ...empty(), ...(storage.get<T>(nameNow()) ?? start) }
  }

  /** The outbox has it now. */
  function clear(): void {
    const done = nameNow()
    form.value = empty()
    void nextTick(() => storage.remove(done))
  }

  return { form, open, clear }
}
