import { beforeEach, expect, it } from 'vitest'
import { offline, problemOf, type Problem } from '@/api/problems'
import { filled, MOST_CHARACTERS, MOST_ENTRIES, Outbox, OutboxFull, type Step } from '@/core/outbox'
import { FakeStore, NOW } from './fakes'

type Reply = Record<string, unknown> | null | Problem

let now: number
let sent: Step[]
let replies: Reply[]
let told: [string, string][]
let store: FakeStore
let outbox: Outbox
let keys: number

const MATTER = {
  kind: 'matter',
  title: '楼道灯不亮',
  form: { what: '楼道灯不亮' },
  steps: [
    { method: 'post' as const, path: '/proposals', body: { title: '楼道灯不亮' } },
    {
      method: 'post' as const,
      path: '/proposals/{id}/submission',
      body: { version: { $from: 'version' }, similar_answer: null },
    },
  ],
}
const VOTE = { kind: 'support', title: '附议', steps: [{ method: 'put' as const, path: '/support' }] }

function anOutbox(): Outbox {
  return new Outbox({
    store,
    name: 'outbox',
    now: () => now,
    newKey: () => `key${++keys}`,
    async send(step) {
      sent.push(step)
      const reply = replies.shift() ?? null
      if (reply && 'kind' in reply && 'fields' in reply) throw reply
      return reply as Record<string, unknown> | null
    },
    told: (key, entry) =>
      told.push([key, entry === null ? 'sent' : entry.refusal ? 'refused' : 'waits']),
  })
}

beforeEach(() => {
  ;[now, sent, replies, told, keys] = [NOW, [], [], [], 0]
  store = new FakeStore()
  outbox = anOutbox()
})

it('keeps everything on the phone before anything is sent', () => {
  const entry = outbox.put(MATTER)

  expect(sent).toEqual([])
  expect(anOutbox().find(entry.key)).toMatchObject({ title: '楼道灯不亮', savedAt: NOW, tries: 0 })
})

it('sends every step under a key of its own, and fills in what the server answered', async () => {
  replies = [{ id: 'p1', version: 4, timeline: ['long'] }, { serial_no: '0138' }]
  const { key } = outbox.put(MATTER)

  await outbox.flush()

  expect(sent.map((step) => step.path)).toEqual(['/proposals', '/proposals/p1/submission'])
  expect(sent[1]!.body).toEqual({ version: 4, similar_answer: null })
  expect(new Set(sent.map((step) => step.key)).size).toBe(2)
  expect(outbox.entries()).toEqual([])
  expect(told[told.length - 1]).toEqual([key, 'sent'])
})

it('repeats only the step that did not arrive, under the same key', async () => {
  replies = [{ id: 'p1', version: 4 }, offline()]
  outbox.put(MATTER)
  await outbox.flush()
  const firstKey = sent[1]!.key

  now += 2_000
  replies = [{ serial_no: '0138' }]
  outbox = anOutbox() // the phone was switched off meanwhile
  await outbox.flush()

  expect(sent.map((step) => step.path)).toEqual([
    '/proposals',
    '/proposals/p1/submission',
    '/proposals/p1/submission',
  ])
  expect(sent[2]!.key).toBe(firstKey)
  expect(outbox.entries()).toEqual([])
})

it('waits longer after every failure, at most a minute', async () => {
  outbox.put(VOTE)
  const pauses = []
  for (let tries = 0; tries < 8; tries++) {
    replies = [offline()]
    await outbox.flush()
    pauses.push(outbox.pause())
    now += outbox.pause()! * 1000
  }
  expect(pauses).toEqual([2, 4, 8, 16, 32, 60, 60, 60])
})

it('does not send before the pause is over, unless the network has just come back', async () => {
  replies = [offline()]
  outbox.put(VOTE)
  await outbox.flush()

  await outbox.flush()
  expect(sent).toHaveLength(1)
  await outbox.flush(true)
  expect(sent).toHaveLength(2)
})

it('honours how long the server asks to wait', async () => {
  replies = [problemOf(503, {}, '30')]
  outbox.put(VOTE)
  await outbox.flush()
  expect(outbox.pause()).toBe(30)
})

it('stops at the first that does not get through: the others would not either', async () => {
  replies = [offline()]
  outbox.put(VOTE)
  outbox.put(MATTER)
  await outbox.flush()
  expect(sent).toHaveLength(1)
})

it('keeps a refused one for the person to look at, and goes on with the others', async () => {
  replies = [problemOf(422, { title: '填写的内容有误', errors: { json: { title: ['太长'] } } })]
  const { key } = outbox.put(MATTER)
  outbox.put(VOTE)

  await outbox.flush()
  await outbox.flush(true)

  expect(sent.map((step) => step.path)).toEqual(['/proposals', '/support'])
  expect(outbox.find(key)!.refusal!.fields).toEqual({ title: '太长' })
  expect(outbox.find(key)!.form).toEqual({ what: '楼道灯不亮' })
  expect(outbox.pause()).toBeNull()
  expect(told).toContainEqual([key, 'refused'])
})

it('remembers the draft the server has, when its submission is refused', async () => {
  replies = [{ id: 'p1', version: 4 }, problemOf(409, { title: '请先查看相似事项' })]
  const { key } = outbox.put(MATTER)
  await outbox.flush()
  expect(outbox.find(key)!.answer).toEqual({ id: 'p1', version: 4 })
})

it('waits for the sign-in without counting it as a failure', async () => {
  replies = [problemOf(401, {})]
  const { key } = outbox.put(VOTE)
  await outbox.flush()

  expect(outbox.find(key)).toMatchObject({ tries: 0, refusal: null })
  await outbox.flush(true)
  expect(outbox.entries()).toEqual([])
})

it('gives one back when its form is opened again', () => {
  const { key } = outbox.put(MATTER)
  expect(outbox.take(key)!.form).toEqual({ what: '楼道灯不亮' })
  expect(outbox.take(key)).toBeNull()
})

it('does not bring back what was wiped while it was under way', async () => {
  replies = [{ id: 'p1', version: 1 }]
  const { key } = outbox.put(MATTER)
  const running = outbox.flush()
  outbox.take(key)
  await running
  expect(outbox.entries()).toEqual([])
  expect(sent).toHaveLength(1)
})

it('does not bring back what was wiped while it failed', async () => {
  replies = [offline()]
  const { key } = outbox.put(VOTE)
  const running = outbox.flush()
  outbox.take(key)
  await running
  expect(outbox.entries()).toEqual([])
})

it('runs once however often it is called', async () => {
  outbox.put(VOTE)
  await Promise.all([outbox.flush(), outbox.flush(), outbox.flush(true)])
  expect(sent).toHaveLength(1)
})

it('has room for twenty, and for as much as the phone keeps', () => {
  for (let count = 0; count < MOST_ENTRIES; count++) outbox.put(VOTE)
  expect(() => outbox.put(VOTE)).toThrow(OutboxFull)
  expect(outbox.entries()).toHaveLength(MOST_ENTRIES)

  store.remove('outbox')
  expect(() => outbox.put({ ...VOTE, form: '字'.repeat(MOST_CHARACTERS) })).toThrow(OutboxFull)
})

it('has another window that has sent it tell its page too, and sends nothing twice', async () => {
  replies = [{ id: 'p1', version: 4 }, offline()]
  const put = outbox.put(MATTER)
  await outbox.flush()
  replies = [{ serial_no: '0138' }]
  await anOutbox().flush(true)
  const keys = sent.map((step) => step.key)

  replies = [{ id: 'p1', version: 4 }, { serial_no: '0138' }]
  await outbox.ask(put)

  expect(sent.slice(3).map((step) => step.key)).toEqual(keys.slice(0, 2))
  expect(sent[4]!.path).toBe('/proposals/p1/submission')
  expect(told[told.length - 1]).toEqual([put.key, 'sent'])
  replies = [offline()]
  told.length = 0
  await outbox.ask(put)
  expect(told).toEqual([])
})

it('leaves a path alone that needs nothing', () => {
  const step: Step = { method: 'put', path: '/support', key: 'k' }
  expect(filled(step, null)).toEqual(step)
  expect(filled({ ...step, path: '/a/{id}' }, null).path).toBe('/a/')
})
