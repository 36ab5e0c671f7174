/** Papers to keep or print: WeChat opens them itself, a browser puts them among its downloads. */
import { identified } from '../api/client'
import { offline, problemOf, type Problem } from '../api/problems'
import { IS_WEIXIN } from './build'
import { API_BASE } from './client'

const TIMEOUT_MS = 60_000
const KEPT_MS = 60_000

export const OPENS_PAPERS = IS_WEIXIN

/**
 * Fetches the PDF at `url` as whoever reads, or as the proxy of whom they read for, and hands it
 * over as `name`; throws a `Problem`.
 */
export async function takePaper(url: string, name: string, onBehalfOf = ''): Promise<void> {
  const whose: Record<string, string> = onBehalfOf ? { 'X-On-Behalf-Of': onBehalfOf } : {}
  const fetched = <T>(by: (url: string, header: Record<string, string>) => Promise<T>) =>
    identified((header) => by(url, { ...header, ...whose }))
  if (IS_WEIXIN) await opened(await fetched(downloaded))
  else keep(await fetched(read), name)
}

function downloaded(url: string, header: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    uni.downloadFile({
      url: API_BASE + url,
      header,
      timeout: TIMEOUT_MS,
      success({ statusCode, tempFilePath }) {
        if (statusCode < 300) resolve(tempFilePath)
        else reject(problemOf(statusCode, null))
      },
      fail: () => reject(offline()),
    })
  })
}

/** With the menu, from which it is sent on, kept or printed. */
function opened(filePath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    uni.openDocument({
      filePath,
      fileType: 'pdf',
      showMenu: true,
      success: () => resolve(),
      fail: () => reject(problemOf(500, null)),
    })
  })
}

function read(url: string, header: Record<string, string>): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    uni.request({
      url: API_BASE + url,
      header,
      responseType: 'arraybuffer',
      timeout: TIMEOUT_MS,
      success({ statusCode, data }) {
        if (statusCode < 300) resolve(data as ArrayBuffer)
        else reject(refusal(statusCode, data as ArrayBuffer))
      },
      fail: () => reject(offline()),
    })
  })
}

/** Asked for bytes, the server's words come as bytes too. */
function refusal(status: number, data: ArrayBuffer): Problem {
  try {
    return problemOf(status, JSON.parse(new TextDecoder().decode(data)))
  } catch {
    return problemOf(status, null)
  }
}

function keep(content: ArrayBuffer, name: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: 'application/pdf' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS)
}
