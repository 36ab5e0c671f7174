import { beforeEach, expect, it, vi } from 'vitest'
import { identifyThrough } from '@/api/client'
import { takePaper } from '@/platform/papers'
import { paperOf, spanAsked } from '@/points/core/account'
import { NOW } from './fakes'

interface Wanted {
  url: string
  header: Record<string, string>
  success: (answer: { statusCode: number; tempFilePath: string }) => void
  fail: () => void
}

const PAPER = paperOf(12, ['2026-09-02', '2026-12-01'])
let answers: (number | null)[]
let asked: Wanted[]
let opened: object[]
let opens: boolean

beforeEach(() => {
  ;[answers, asked, opened, opens] = [[200], [], [], true]
  let token = 'old'
  identifyThrough({
    token: () => token,
    person: () => 'her',
    renew: async () => {
      token = 'new'
      return true
    },
  })
  vi.stubGlobal('uni', {
    downloadFile(wanted: Wanted) {
      asked.push(wanted)
      const statusCode = answers.shift() ?? null
      if (statusCode === null) wanted.fail()
      else wanted.success({ statusCode, tempFilePath: 'wxfile://tmp/1' })
    },
    openDocument({ success, fail, ...told }: { success: () => void; fail: () => void }) {
      opened.push(told)
      if (opens) success()
      else fail()
    },
  })
})

it('asks for the days that are on the page', () => {
  expect(PAPER).toEqual({
    url: '/api/v1/virtue-bank/accounts/12/statement?format=pdf&from=2026-09-02&to=2026-12-01',
    name: '积分对账单2026-09-02至2026-12-01.pdf',
  })
})

it('goes back three months, or a year where somebody wants one', () => {
  expect(spanAsked('quarter', NOW)).toEqual({})
  expect(spanAsked('year', NOW)).toEqual({ from: '2025-12-01' })
})

it('is fetched as whoever reads, and opened with the menu', async () => {
  await takePaper(PAPER.url, PAPER.name)

  expect(asked.map(({ header }) => header.Authorization)).toEqual(['Bearer old'])
  expect(asked[0]!.header).not.toHaveProperty('X-On-Behalf-Of')
  expect(opened).toEqual([{ filePath: 'wxfile://tmp/1', fileType: 'pdf', showMenu: true }])
})

it('is fetched for whom the page is open', async () => {
  await takePaper(PAPER.url, PAPER.name, 'mother')

  expect(asked[0]!.header).toMatchObject({ 'X-On-Behalf-Of': 'mother' })
})

it('signs in anew where the session has run out', async () => {
  answers = [401, 200]
  await takePaper(PAPER.url, PAPER.name)

  expect(asked.map(({ header }) => header.Authorization)).toEqual(['Bearer old', 'Bearer new'])
  expect(opened).toHaveLength(1)
})

it('says why there is none', async () => {
  answers = [404]
  await expect(takePaper(PAPER.url, PAPER.name)).rejects.toMatchObject({ kind: 'gone' })
  answers = [null]
  await expect(takePaper(PAPER.url, PAPER.name)).rejects.toMatchObject({ kind: 'offline' })
  answers = [200]
  opens = false
  await expect(takePaper(PAPER.url, PAPER.name)).rejects.toMatchObject({ kind: 'broken' })
  expect(opened).toHaveLength(1)
})
