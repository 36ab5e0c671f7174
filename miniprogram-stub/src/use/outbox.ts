/** The one way to hand something in: kept on the phone first, then sent; see core/outbox. */
import { onUnload } from '@dcloudio/uni-app'
import { computed, onUnmounted, ref, shallowReactive, shallowRef, watch } from 'vue'
import { request } from '../api/client'
import { offline, type Problem } from '../api/problems'
import { newKey } from '../core/ids'
import { Outbox, OutboxFull, type Entry, type Given, type Step } from '../core/outbox'
import { NOBODY, personal } from '../core/stores'
import { storage, whenChangedElsewhere } from '../platform/storage'
import { isSignedIn, person } from './session'

export type Sending =
  | { state: 'idle' | 'sending' | 'saved' | 'full' }
  | { state: 'sent'; answer: Record<string, unknown> }
  | { state: 'refused'; problem: Problem; entry: Entry }

/** What waits on this phone, for the pages that show it. */
export const waiting = shallowRef<Entry[]>([])
type Listener = (entry: Entry | null, answer: Entry['answer']) => void
/** Pages that wait for what becomes of an entry; where and how it was put. */
const listeners = new Map<string, { of: string; put: Entry; tell: Listener }>()
let timer: ReturnType<typeof setTimeout> | undefined

const name = computed(() => personal(person.value ?? NOBODY, 'outbox'))
const outbox = computed(() => {
  const of = name.value
  return new Outbox({
    store: storage,
    name: of,
    now: Date.now,
    newKey,
    // Whoever has taken over the phone sends nothing of the one before.
    send: (step) => (of === name.value ? send(step) : Promise.reject(offline())),
    told(key, entry, answer) {
      waiting.value = outbox.value.entries()
      listeners.get(key)?.tell(entry, answer)
    },
  })
})
watch(outbox, (now) => (waiting.value = now.entries()), { immediate: true })
whenChangedElsewhere((changed) => changed === name.value && lookAgain())

/** Another window may have sent what a page here waits for, or had it refused. */
function lookAgain(): void {
  waiting.value = outbox.value.entries()
  for (const [key, { of, put, tell }] of listeners) {
    if (of !== name.value) continue
    const entry = outbox.value.find(key)
    if (!entry) void outbox.value.ask(put)
    else if (entry.refusal) tell(entry, null)
  }
}

/** When the app shows, the network returns, somebody signs in: what waits goes out. */
export async function sendWaiting(): Promise<void> {
  clearTimeout(timer)
  if (!isSignedIn.value) return
  lookAgain()
  await outbox.value.flush(true)
  sendLater()
}

/** A refused thing has been read, or its form is open again. */
export function takeBack(key: string): Entry | null {
  const entry = outbox.value.take(key)
  waiting.value = outbox.value.entries()
  return entry
}

/**
 * For a page with something to hand in. `sending` follows it until the page closes; what is
 * refused after that waits on the first page.
 */
export function useSubmit() {
  const sending = ref<Sending>({ state: 'idle' })
  const keys: string[] = []
  let underWay = ''

  async function submit(given: Given): Promise<Sending> {
    const wanted = JSON.stringify([given.kind, given.steps])
    // A second tap before the page has changed under the finger.
    if (sending.value.state === 'sending' && wanted === underWay) return sending.value
    underWay = wanted
    let entry: Entry
    try {
      entry = outbox.value.put(given)
    } catch (thrown) {
      if (!(thrown instanceof OutboxFull)) throw thrown
      return (sending.value = { state: 'full' })
    }
    const { key } = entry
    keys.push(key)
    sending.value = { state: 'sending' }
    const tell: Listener = (now, answer) => {
      if (now === null || now.refusal) listeners.delete(key)
      if (now === null) sending.value = { state: 'sent', answer: answer ?? {} }
      else if (now.refusal) {
        takeBack(key)
        sending.value = { state: 'refused', problem: now.refusal, entry: now }
      } else if (now.nextAt) sending.value = { state: 'saved' }
    }
    listeners.set(key, { of: name.value, put: entry, tell })
    waiting.value = outbox.value.entries()
    await outbox.value.flush()
    if (sending.value.state === 'sending') await outbox.value.flush() // another run was under way
    sendLater()
    return sending.value
  }

  // A part may go before its page does: what is refused then must not be taken out unseen.
  const leave = () => keys.forEach((key) => listeners.delete(key))
  onUnload(leave)
  onUnmounted(leave)
  return shallowReactive({ sending, submit })
}

function sendLater(): void {
  clearTimeout(timer)
  const pause = outbox.value.pause()
  if (pause === null) return
  timer = setTimeout(async () => {
    await outbox.value.flush()
    sendLater()
  }, Math.max(pause, 1) * 1000)
}

async function send({ path: url, ...step }: Step): Promise<Entry['answer']> {
  return (await request({ ...step, url })) as Entry['answer']
}
