import { describe, expect, it } from 'vitest'
import { emptyClaiming, stepsOfClaim } from '@/core/claiming'
import { wordOnDeed } from '@/core/deeds'
import { Outbox, type Step } from '@/core/outbox'
import {
  actingFor,
  endWord,
  forQuery,
  grantSentence,
  monthsLater,
  offerStep,
  principalsOf,
  type Grant,
} from '@/core/proxies'
import { NOW } from './fakes'

const GRANT: Grant = {
  id: 'g1',
  principal_id: 'p1',
  principal: '王小芳',
  proxy: '王小妹',
  mine: 'proxy',
  scope_labels: [],
  made_label: '手机上',
  state: 'live',
  state_label: '可以代办',
  last_on: '2027-05-30',
  ended_label: '',
  may_act: true,
}

describe('for whom', () => {
  it('offers those one may act for, and nobody else', () => {
    const offered = { ...GRANT, id: 'g2', state: 'offered', may_act: false }
    expect(principalsOf([GRANT, offered])).toEqual([{ value: 'p1', label: '王小芳' }])
  })

  it('leaves what one does for oneself as it was', () => {
    const step = { method: 'post', path: '/x' } as const
    expect(actingFor(step, '')).toBe(step)
    expect(actingFor(step, 'p1')).toEqual({ ...step, onBehalfOf: 'p1' })
    expect(forQuery('')).toBe('')
    expect(forQuery('p1')).toBe('?for=p1')
    expect(forQuery('p1', false)).toBe('&for=p1')
  })

  it('says it with every request of a claim, and of a word', () => {
    const steps = stepsOfClaim({ ...emptyClaiming(), forWhom: 'p1' }, null, 'p1', NOW)
    expect(steps.map(({ onBehalfOf }) => onBehalfOf)).toEqual(['p1', 'p1'])
    expect(steps[0]!.body!.shares).toEqual([{ acted_id: 'p1', units: 1 }])
    const word = { stance: 'yes', related: 'no', note: '', forWhom: 'p1' }
    expect(wordOnDeed('d1', word).onBehalfOf).toBe('p1')
    expect(wordOnDeed('d1', { ...word, forWhom: '' })).not.toHaveProperty('onBehalfOf')
  })

  it('is kept with what waits for the network', async () => {
    const kept = new Map<string, unknown>()
    const sent: Step[] = []
    const outbox = new Outbox({
      store: {
        get: <T>(name: string) => (kept.get(name) as T) ?? null,
        set: (name: string, value: unknown) => void kept.set(name, JSON.parse(JSON.stringify(value))),
        remove: (name: string) => void kept.delete(name),
        names: () => [...kept.keys()],
      } as never,
      name: 'outbox',
      now: () => NOW,
      newKey: () => String(kept.size + sent.length + Math.random()),
      send: async (step) => (sent.push(step), {}),
      told: () => undefined,
    })
    outbox.put({ kind: 'x', title: 'x', steps: [{ method: 'post', path: '/x', onBehalfOf: 'p1' }] })
    await outbox.flush()
    expect(sent.map(({ onBehalfOf }) => onBehalfOf)).toEqual(['p1'])
  })
})

describe('a grant', () => {
  it('lasts to the same day of a later month, or the last it has', () => {
    expect(monthsLater('2026-11-30', 6)).toBe('2027-05-30')
    expect(monthsLater('2026-08-31', 6)).toBe('2027-02-28')
    expect(monthsLater('2026-12-15', 12)).toBe('2027-12-15')
  })

  it('is asked for with its days', () => {
    const form = { proxyId: 'p2', name: '', home: '', months: '1' }
    expect(offerStep(form, '2026-11-30').body).toEqual({
      proxy_id: 'p2',
      scopes: ['virtue_bank'],
      last_on: '2026-12-30',
    })
  })

  it('says to each of the two how it stands, and how it is ended', () => {
    expect(grantSentence(GRANT, NOW)).toContain('您可以替王小芳办')
    expect(grantSentence({ ...GRANT, mine: 'principal' }, NOW)).toContain('可以替您办')
    expect(grantSentence({ ...GRANT, state: 'offered' }, NOW)).toContain('请您接受')
    expect(grantSentence({ ...GRANT, mine: 'principal', state: 'offered' }, NOW)).toContain('等对方')
    const over = { ...GRANT, state: 'ended', ended_label: '到期了' }
    expect(grantSentence(over, NOW)).toBe('已结束：到期了')
    const words = ['principal', 'proxy'].flatMap((mine) =>
      ['live', 'offered'].map((state) => endWord({ mine, state })),
    )
    expect(new Set(words).size).toBe(4)
  })
})
