import { expect, it } from 'vitest'
import { destination, wordsOf } from '@/core/deeplink'

const ID = '01a20179-b161-77c2-9505-371128ac1f4e'
const NOTHING = { to: 'nothing' }

it.each([
  ['a 小程序码', { scene: 'q%3D0A1B2C3D' }, '0A1B2C3D'],
  ['a printed link', { q: 'https%3A%2F%2Fll.cn%2Fq%2F0A1B2C3D%3Fx%3D1' }, '0A1B2C3D'],
  ['a link in the browser', { code: '0a1b-2c3d' }, '0A1B2C3D'],
  ['small print read wrongly', { code: 'OAIB2C3L' }, '0A1B2C31'],
])('%s names a code', (_, launch, code) => {
  expect(destination(launch)).toEqual({ to: 'code', code })
})

it.each([
  [`matter/detail?id=${ID}`],
  [`/matter/detail?id=${ID}`],
  [`matter/detail?from=card&id=${ID}`],
])('%s opens the matter', (page) => {
  expect(destination({ page })).toEqual({ to: 'page', url: `/matter/detail?id=${ID}` })
})

it.each(['account/inbox', 'grid/work', 'pages/home/index', 'points/family', 'points/honours', 'public/board'])(
  '%s needs no id',
  (page) => {
    expect(destination({ page })).toEqual({ to: 'page', url: `/${page}` })
  },
)

it.each([
  [`matter/rate?id=${ID}`],
  [`matter/statements?id=${ID}`],
  [`matter/hall?id=${ID}`],
  [`points/honour?id=${ID}`],
  [`points/nominee?id=${ID}`],
  [`public/item?id=${ID}`],
  [`public/board?id=${ID}`],
  [`account/review?id=${ID}`],
])('%s, as messages and codes name it, opens', (page) => {
  expect(destination({ page })).toEqual({ to: 'page', url: `/${page}` })
})

it.each([
  [{}],
  [{ page: 'pages/me' }],
  [{ page: 'public/board?id=1' }],
  [{ scene: 'x=0A1B2C3D' }],
  [{ scene: '%E0%A4%A' }],
  [{ scene: 'q%3DU0000000' }],
  [{ q: 'https%3A%2F%2Fll.cn%2Fother' }],
  [{ code: 'short' }],
  [{ code: 'UUUUUUUU' }],
  [{ page: 'matter/detail' }],
  [{ page: 'matter/detail?id=1%20OR%201' }],
  [{ page: `unknown/page?id=${ID}` }],
  [{ page: '' }],
])('%o leads nowhere', (launch) => {
  expect(destination(launch)).toEqual(NOTHING)
})

it('reads words of an address, decoded already or not', () => {
  expect(wordsOf('%E6%B6%A8%E4%BA%8620%25')).toBe('涨了20%')
  expect(wordsOf('涨了20%，怎么办')).toBe('涨了20%，怎么办')
  expect(wordsOf(undefined)).toBe('')
})
