import { describe, expect, it } from 'vitest'
import { isOfOld, isPassing, isProblem, offline, problemOf } from '@/api/problems'

describe('what the person sees', () => {
  it.each([
    [401, 'signin', '请重新进入一次'],
    [403, 'refused', '请先完成居住核验'],
    [404, 'gone', '这条内容不在了'],
    [409, 'changed', '请先完成居住核验'],
    [413, 'refused', '请先完成居住核验'],
    [422, 'fields', '请先完成居住核验'],
    [429, 'busy', '现在人多，稍等一会儿再试'],
    [500, 'broken', '这里出了点问题'],
    [502, 'busy', '现在人多，稍等一会儿再试'],
    [503, 'busy', '现在人多，稍等一会儿再试'],
  ])('of %s', (status, kind, title) => {
    expect(problemOf(status, { title: '请先完成居住核验', status })).toMatchObject({ kind, title })
  })

  it('without blame, when somebody else was quicker', () => {
    expect(problemOf(409, { title: '已经附议' }).detail).toBe('这件事刚刚有了新进展')
    expect(problemOf(409, { title: '已经附议', detail: '可以取消。' }).detail).toBe('可以取消。')
  })

  it('in words of our own, when what answers is no problem document', () => {
    expect(problemOf(418, '<html>')).toMatchObject({ kind: 'refused', title: '这一步现在办不了' })
    expect(problemOf(400, null).fields).toEqual({})
  })

  it('never what a broken server says of itself', () => {
    expect(problemOf(500, { title: '系统', detail: 'KeyError' }).detail).not.toContain('KeyError')
  })
})

it('tells a wrong password from a session that has run out', () => {
  const wrong = { type: '/problems/wrong-password', title: '登录名或密码不对' }
  expect(problemOf(401, wrong)).toMatchObject({ kind: 'refused', title: '登录名或密码不对' })
  expect(problemOf(401, { type: '/problems/not-signed-in' }).kind).toBe('signin')
})

it('has the first sentence of every field', () => {
  const errors = { json: { title: ['请写一些文字', '太长'], answers: { 3: ['缺一个'] }, odd: 7 } }
  expect(problemOf(422, { errors }).fields).toEqual({
    title: '请写一些文字',
    answers: '缺一个',
    odd: '',
  })
  expect(problemOf(422, { errors: { nickname: ['昵称里要有文字'] } }).fields).toEqual({
    nickname: '昵称里要有文字',
  })
})

it('says which fields it means, where the server only says that there are some', () => {
  const errors = { json: { note: ['太长了。'], story: ['太长了'], day: ['请写哪一天'] } }
  expect(problemOf(422, { title: '填写的内容有误', errors })).toMatchObject({
    title: '还有地方要改一改',
    detail: '太长了；请写哪一天',
  })
  expect(problemOf(422, { title: '日期已过', errors })).toMatchObject({ title: '日期已过', detail: '' })
})

it('waits as long as the server asks', () => {
  expect(problemOf(503, {}, '7').wait).toBe(7)
  expect(problemOf(503, {}).wait).toBe(2)
  expect(problemOf(503, {}, 'Wed, 21 Oct').wait).toBe(2)
  expect(problemOf(409, {}).wait).toBe(0)
})

it('tells passing troubles from refusals', () => {
  expect(isPassing(offline())).toBe(true)
  expect(isPassing(problemOf(503, {}))).toBe(true)
  expect(isPassing(problemOf(500, {}))).toBe(true)
  expect(isPassing(problemOf(409, {}))).toBe(false)
  expect(isPassing(problemOf(401, {}))).toBe(false)
})

it('tells problems from mistakes in our own code', () => {
  expect(isProblem(offline())).toBe(true)
  expect(isProblem(new TypeError('x'))).toBe(false)
  expect(isProblem(null)).toBe(false)
})

it('asks for another look where the page shows what is so no longer', () => {
  const kinds = [403, 404, 409, 422, 503].map((status) => isOfOld(problemOf(status, {})))
  expect(kinds).toEqual([true, true, true, false, false])
})
