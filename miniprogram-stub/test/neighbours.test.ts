import { describe, expect, it } from 'vitest'
import {
  answerWords,
  bodyOf,
  emptySeeking,
  inWords,
  missingInSeeking,
  SAY_IT,
  WRITE_IT,
} from '@/core/neighbours'

const BUILDINGS = [
  { value: 'b3', label: '3号楼' },
  { value: 'b5', label: '5号楼' },
]
const SEEKING = { ...emptySeeking(), name: ' 李奶奶 ', buildingId: 'b3' }

describe('finding a neighbour', () => {
  it('wants the whole name and the building, and the dwelling once it is asked', () => {
    expect(missingInSeeking(emptySeeking(), ['name'])).toEqual({ name: '请写姓和名' })
    expect(missingInSeeking({ ...SEEKING, name: '李 ' }, ['name', 'building'])).toEqual({
      name: '请写姓和名',
    })
    expect(missingInSeeking({ ...SEEKING, buildingId: '' }, ['building'])).toHaveProperty('building')
    expect(missingInSeeking(SEEKING, ['name', 'building'])).toEqual({})
    expect(missingInSeeking(SEEKING, ['dwelling'])).toEqual({ dwelling: '请写房号' })
  })

  it('sends what was typed without blanks around it', () => {
    expect(bodyOf({ ...SEEKING, roomNo: ' 301 ' })).toEqual({
      name: '李奶奶',
      building_id: 'b3',
      unit_no: '',
      room_no: '301',
    })
  })

  it('says what to do when it is nobody, several or oneself', () => {
    expect(answerWords('nobody', SEEKING, BUILDINGS)).toContain('3号楼没有找到“李奶奶”')
    expect(answerWords('several', SEEKING, BUILDINGS)).toContain('请再写住几单元、几号房')
    const there = { ...SEEKING, roomNo: '301' }
    expect(answerWords('several', there, BUILDINGS)).toContain('还是分不清')
    expect(answerWords('nobody', there, BUILDINGS)).toContain('这个门牌')
    expect(answerWords('nobody', there, BUILDINGS)).toContain(WRITE_IT)
    expect(answerWords('nobody', there, BUILDINGS, SAY_IT)).not.toContain('写进文字')
    expect(answerWords('yourself', SEEKING, BUILDINGS)).toContain('您自己')
  })

  it('tells in words who was not found', () => {
    expect(inWords(SEEKING, BUILDINGS)).toBe('李奶奶，3号楼')
    expect(inWords({ ...SEEKING, unitNo: '2单元', roomNo: '301' }, BUILDINGS)).toBe(
      '李奶奶，3号楼2单元301',
    )
    expect(inWords({ ...emptySeeking(), name: '李奶奶' }, BUILDINGS)).toBe('李奶奶')
  })
})
