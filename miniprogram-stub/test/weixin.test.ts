import { beforeEach, expect, it, vi } from 'vitest'
import { enlargePicture } from '@/platform/pictures'
import { askForCards } from '@/platform/subscribe'

const FOLDER = 'wxfile://usr'
let files: Map<string, string>
let shown: string[]
let told: object[]
let asked: (answers: { success: (told: object) => void; fail: (why: object) => void }) => void

beforeEach(() => {
  files = new Map([['note.txt', 'somebody else']])
  ;[shown, told] = [[], []]
  vi.stubGlobal('wx', { env: { USER_DATA_PATH: FOLDER } })
  vi.stubGlobal('uni', {
    previewImage: ({ urls }: { urls: string[] }) => shown.push(...urls),
    getFileSystemManager: () => ({
      readdirSync: () => [...files.keys()],
      unlinkSync: (path: string) => files.delete(path.slice(FOLDER.length + 1)),
      writeFileSync: (path: string, data: string, encoding: string) =>
        files.set(path.slice(FOLDER.length + 1), `${encoding} ${data}`),
    }),
    requestSubscribeMessage: (given: Parameters<typeof asked>[0]) => asked(given),
    request({ data, success }: { data: string; success: (answer: object) => void }) {
      told.push(JSON.parse(data) as object)
      success({ statusCode: 200, data: {} })
    },
  })
})

it('shows a picture large from a file, and keeps only the newest', () => {
  enlargePicture('p1', 'data:image/jpeg;base64,AAAA')
  enlargePicture('p2', 'data:image/jpeg;base64,BBBB')

  expect(shown).toEqual([`${FOLDER}/enlarged-p1.jpg`, `${FOLDER}/enlarged-p2.jpg`])
  expect([...files]).toEqual([
    ['note.txt', 'somebody else'],
    ['enlarged-p2.jpg', 'base64 BBBB'],
  ])
})

it('says so when nothing could be asked, and tells the server nothing', async () => {
  asked = ({ fail }) => fail({ errCode: 10003 })
  await expect(askForCards(['t1'])).rejects.toMatchObject({ kind: 'offline' })
  asked = ({ fail }) => fail({ errCode: 20004 })
  await expect(askForCards(['t1'])).rejects.toMatchObject({
    title: '微信里关掉了“邻里”的消息',
  })
  asked = ({ fail }) => fail({ errCode: 20001 })
  expect(await askForCards(['t1'])).toBe(false)
  expect(told).toEqual([])
})

it('tells the server what was answered', async () => {
  asked = ({ success }) => success({ errMsg: 'ok', t1: 'accept', t2: 'reject' })
  expect(await askForCards(['t1', 't2'])).toBe(true)
  asked = ({ success }) => success({ errMsg: 'ok', t1: 'reject' })
  expect(await askForCards(['t1'])).toBe(false)
  expect(told).toEqual([{ results: { t1: 'accept', t2: 'reject' } }, { results: { t1: 'reject' } }])
})
