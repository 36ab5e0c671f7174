/** Pictures: chosen on the phone, sent one by one, and read back by whoever may see them. */
import { identified } from '../api/client'
import { offline, problemOf } from '../api/problems'
import { IS_WEIXIN } from './build'
import { API_BASE } from './client'

const FILES = '/api/v1/files'
const TIMEOUT_MS = 60_000

/** Made smaller by the phone where it can; none if the person would rather not. */
export function choosePictures(count: number): Promise<string[]> {
  return new Promise((resolve) => {
    uni.chooseImage({
      count,
      sizeType: ['compressed'],
      success: ({ tempFilePaths }) => resolve([tempFilePaths].flat()),
      fail: () => resolve([]),
    })
  })
}

/** Gives the id the server knows it by; throws a `Problem`. */
export function sendPicture(filePath: string): Promise<string> {
  return identified((header) => sent(filePath, header))
}

function sent(filePath: string, header: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    uni.uploadFile({
      url: API_BASE + FILES,
      filePath,
      name: 'content',
      header,
      timeout: TIMEOUT_MS,
      success({ statusCode, data }) {
        const told = parsed(data)
        if (statusCode < 300 && typeof told.id === 'string') resolve(told.id)
        else reject(problemOf(statusCode, told))
      },
      fail: () => reject(offline()),
    })
  })
}

/** As an address that stays within this page: pictures are nobody else's to fetch. */
export function readPicture(id: string): Promise<string> {
  return identified((header) => read(id, header))
}

function read(id: string, header: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    uni.request({
      url: `${API_BASE}${FILES}/${id}`,
      header,
      responseType: 'arraybuffer',
      timeout: TIMEOUT_MS,
      success({ statusCode, data }) {
        if (statusCode < 300) resolve(`data:image/jpeg;base64,${base64(data as ArrayBuffer)}`)
        else reject(problemOf(statusCode, null))
      },
      fail: () => reject(offline()),
    })
  })
}

/** Over the whole screen. WeChat takes no data for it: there it lies in a file, until the next one. */
export function enlargePicture(id: string, address: string): void {
  uni.previewImage({ urls: [IS_WEIXIN ? fileOf(id, address) : address] })
}

const ENLARGED = 'enlarged-'

function fileOf(id: string, address: string): string {
  const files = uni.getFileSystemManager()
  const folder = wx.env.USER_DATA_PATH
  for (const old of files.readdirSync(folder)) {
    if (old.startsWith(ENLARGED)) files.unlinkSync(`${folder}/${old}`)
  }
  const path = `${folder}/${ENLARGED}${id}.jpg`
  files.writeFileSync(path, address.slice(address.indexOf(',') + 1), 'base64')
  return path
}

function base64(data: ArrayBuffer): string {
  return uni.arrayBufferToBase64(data)
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
