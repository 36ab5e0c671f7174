/**
 * What somebody has handed in and the network has not taken yet.
 *
 * Everything is written to the phone before it is sent, and goes out under keys of its own, so
 * that sending twice does the same as sending once. One thing handed in may take several requests:
 * a later one uses what the earlier one answered.
 */
import { isPassing, type Problem } from '../api/problems'
import type { Store } from './stores'

/** A value of an earlier answer, put into a later request: `{ $from: 'version' }`. */
export interface FromAnswer {
  $from: string
}

export interface Step {
  method: 'post' | 'put' | 'delete'
  /** `/api/v1/proposals/{id}/submission`: `{id}` is taken from the answer before. */
  path: string
  body?: Record<string, unknown>
  /** The Idempotency-Key. */
  key: string
  /** For whom it is done, where it is not for oneself. */
  onBehalfOf?: string
}

export interface Entry {
  key: string
  /** Which act it is: says which page opens it again. */
  kind: string
  /** What the person calls it. */
  title: string
  /** What the page needs to open the form again. */
  form: unknown
  /** Those still to do; the first is under way. */
  steps: Step[]
  /** What the finished steps answered, without lists and inner records. */
  answer: Record<string, unknown> | null
  savedAt: number
  tries: number
  /** Not before this moment. */
  nextAt: number
  /** The server's refusal; the person has to look at it. */
  refusal: Problem | null
}

export interface Given {
  kind: string
  title: string
  form?: unknown
  steps: Omit<Step, 'key'>[]
  answer?: Record<string, unknown> | null
}

export interface Outside {
  store: Store
  /** Where this person's entries lie. */
  name: string
  now: () => number
  newKey: () => string
  /** Answers, or throws a `Problem`. */
  send: (step: Step) => Promise<Record<string, unknown> | null>
  /** Called whenever an entry changed; `null` when it was sent and is gone. */
  told: (key: string, entry: Entry | null, answer: Entry['answer']) => void
}

export const MOST_ENTRIES = 20
export const MOST_CHARACTERS = 200_000
const LONGEST_PAUSE_S = 60

export class OutboxFull extends Error {}

export class Outbox {
  private running: Promise<void> | null = null

  constructor(private readonly outside: Outside) {}

  entries(): Entry[] {
    return this.outside.store.get<Entry[]>(this.outside.name) ?? []
  }

  find(key: string): Entry | null {
    return this.entries().find((entry) => entry.key === key) ?? null
  }

  /** Keep it on the phone; nothing is sent before `flush`. */
  put(given: Given): Entry {
    const { now, newKey } = this.outside
    const entry: Entry = {
      key: newKey(),
      kind: given.kind,
      title: given.title,
      form: given.form ?? null,
      steps: given.steps.map((step) => ({ ...step, key: newKey() })),
      answer: given.answer ?? null,
      savedAt: now(),
      tries: 0,
      nextAt: 0,
      refusal: null,
    }
    const all = [...this.entries(), entry]
    if (all.length > MOST_ENTRIES || JSON.stringify(all).length > MOST_CHARACTERS) {
      throw new OutboxFull()
    }
    this.keep(all)
    return entry
  }

  /** Take it out: its form is open again, or the person has read the refusal. */
  take(key: string): Entry | null {
    const entry = this.find(key)
    this.keep(this.entries().filter((other) => other.key !== key))
    return entry
  }

  /** Send what is due; one run at a time. `anyway`: the network is back, pauses are over. */
  flush(anyway = false): Promise<void> {
    this.running ??= this.run(anyway).finally(() => {
      this.running = null
    })
    return this.running
  }

  /**
   * For whoever waits here for what another window has sent: under the same keys the server only
   * says again what it answered. What comes of it when it does not, that window knows.
   */
  async ask({ key, steps, answer }: Entry): Promise<void> {
    let known = answer
    for (const step of steps) {
      try {
        known = { ...known, ...scalars(await this.outside.send(filled(step, known))) }
      } catch {
        return
      }
    }
    this.outside.told(key, null, known)
  }

  /** Seconds until something is due, null if nothing waits. */
  pause(): number | null {
    const waiting = this.entries().filter((entry) => !entry.refusal)
    if (!waiting.length) return null
    const next = Math.min(...waiting.map((entry) => entry.nextAt))
    return Math.max(0, Math.ceil((next - this.outside.now()) / 1000))
  }

  private async run(anyway: boolean): Promise<void> {
    for (const { key } of this.entries()) {
      const entry = this.find(key)
      if (!entry || entry.refusal || (!anyway && entry.nextAt > this.outside.now())) continue
      if (!(await this.deliver(entry))) return
    }
  }

  /** False when trying the others makes no sense now. */
  private async deliver(entry: Entry): Promise<boolean> {
    const { send, told } = this.outside
    while (entry.steps.length) {
      let answer: Record<string, unknown> | null
      try {
        answer = await send(filled(entry.steps[0]!, entry.answer))
      } catch (thrown) {
        return this.failed(entry, thrown as Problem)
      }
      if (!this.find(entry.key)) return true // wiped meanwhile: the person signed out
      const known = { ...entry.answer, ...scalars(answer) }
      entry = { ...entry, steps: entry.steps.slice(1), answer: known, tries: 0 }
      this.replace(entry)
    }
    this.take(entry.key)
    told(entry.key, null, entry.answer)
    return true
  }

  private failed(entry: Entry, problem: Problem): boolean {
    if (!this.find(entry.key)) return true
    const tries = entry.tries + 1
    if (problem.kind === 'signin') {
      this.replace({ ...entry, nextAt: this.later(LONGEST_PAUSE_S) }) // waits for the sign-in
    } else if (isPassing(problem)) {
      const pause = Math.max(Math.min(2 ** tries, LONGEST_PAUSE_S), problem.wait)
      this.replace({ ...entry, tries, nextAt: this.later(pause) })
    } else {
      this.replace({ ...entry, tries, refusal: problem })
      return true
    }
    return false
  }

  private later(seconds: number): number {
    return this.outside.now() + seconds * 1000
  }

  private replace(entry: Entry): void {
    this.keep(this.entries().map((other) => (other.key === entry.key ? entry : other)))
    this.outside.told(entry.key, entry, null)
  }

  private keep(entries: Entry[]): void {
    this.outside.store.set(this.outside.name, entries)
  }
}

/** The step with what the answer before it brought. */
export function filled(step: Step, answer: Record<string, unknown> | null): Step {
  const path = step.path.replace(/\{(\w+)\}/g, (_, name: string) => String(answer?.[name] ?? ''))
  if (!step.body) return { ...step, path }
  const body = Object.fromEntries(
    Object.entries(step.body).map(([name, value]) => [
      name,
      isFromAnswer(value) ? answer?.[value.$from] : value,
    ]),
  )
  return { ...step, path, body }
}

function scalars(answer: Record<string, unknown> | null): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answer ?? {}).filter(([, value]) => value === null || typeof value !== 'object'),
  )
}

function isFromAnswer(value: unknown): value is FromAnswer {
  return typeof value === 'object' && value !== null && '$from' in value
}
