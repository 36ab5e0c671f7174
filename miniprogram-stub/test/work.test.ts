import { describe, expect, it } from 'vitest'
import { isAtWork } from '../src/core/session'
import { actUrl, buildingsServed, claimWords, dueTone, dueWords, jobsOf, jobWords } from '../src/grid/core/work'

const NOW = Date.parse('2026-12-01T02:00:00Z')
const matter = {
  id: 'm1',
  title: '台阶松了',
  status: 'submitted',
  place: '3号楼',
  due_at: '2026-12-03T16:00:00Z',
  mine: false,
}
const claim = { id: 'v1', person: '孙若谷', address: '3号楼1单元302', due_on: '2026-12-02' }
const task = {
  id: 't1',
  title: '换灯',
  proposal_id: 'm2',
  proposal_title: '楼道灯不亮',
  due_on: '2026-11-29',
}

describe('what waits for a grid worker', () => {
  it('begins with what is due first', () => {
    expect(jobsOf([matter], [claim], [task]).map(({ id }) => id)).toEqual(['t1', 'v1', 'm1'])
  })

  it('comes last where it has no day', () => {
    const someday = { ...matter, id: 'm9', due_at: null }
    expect(jobsOf([someday, matter], [], []).map(({ id }) => id)).toEqual(['m1', 'm9'])
  })

  it('says what to do by when, or how late it is', () => {
    const [late, soon, later] = jobsOf([matter], [claim], [task])
    expect([late!.what, dueWords(late!, NOW), dueTone(late!, NOW)]).toEqual([
      '要办好',
      '说好11月29日，现在晚了2天',
      'late',
    ])
    expect([soon!.what, dueWords(soon!, NOW), dueTone(soon!, NOW)]).toEqual([
      '要核实住处',
      '12月2日前办',
      'soon',
    ])
    expect([later!.what, dueTone(later!, NOW)]).toEqual(['要受理', 'going'])
    expect(jobWords(matter, NOW)).toBe('要受理，12月3日前办')
  })

  it('tells a neighbour’s draft from one’s own', () => {
    const [theirs] = jobsOf([{ ...matter, status: 'draft' }], [], [])
    expect(theirs!.more).toBe('替居民写的')
  })

  it('leads to the act with the version that was seen', () => {
    expect(actUrl('accept', { id: 'm1', title: '灯', version: 3 })).toBe(
      '/grid/act?act=accept&id=m1&version=3&title=%E7%81%AF',
    )
  })
})

describe('a grid worker', () => {
  it('is at work only in a session of work', () => {
    expect(isAtWork(['grid_worker'], 'field')).toBe(true)
    expect(isAtWork(['grid_worker'], 'resident')).toBe(false)
    expect(isAtWork(['chair'], 'field')).toBe(false)
  })

  it('serves the buildings of the own grids and of those below', () => {
    const small = { workers: [], buildings: [{ id: 'b1', name: '1号楼' }], grids: [] }
    const other = { workers: [{ resident_id: 'you' }], buildings: [{ id: 'b2' }], grids: [] }
    const middle = { workers: [{ resident_id: 'me' }], buildings: [], grids: [small] }
    expect(buildingsServed([{ grids: [middle, other] }], 'me')).toEqual([{ id: 'b1', name: '1号楼' }])
  })

  it('reads what the person says of the home', () => {
    expect(claimWords({ relation: 'child', tenure: 'owner', note: '刚搬来' })).toEqual([
      '本人说：子女，自己的房',
      '留言：刚搬来',
    ])
  })
})
