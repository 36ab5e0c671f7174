/** Days and moments as people here say them, in the time of Shanghai, which has no summer time. */

const SHANGHAI_MS = 8 * 3600 * 1000
const DAY_MS = 24 * 3600 * 1000
const WEEKDAYS = '日一二三四五六'

/** `2026-12-03`, the day it is in Shanghai. */
export function dayOf(moment: number): string {
  return new Date(moment + SHANGHAI_MS).toISOString().slice(0, 10)
}

export function daysAfter(moment: number, days: number): string {
  return dayOf(moment + days * DAY_MS)
}

/** 12月3日（星期四）; with the year when it is another one than now. */
export function dayText(day: string, now: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  return `${shortDay(day, now)}（星期${WEEKDAYS[date.getUTCDay()]}）`
}

/** 12月3日（星期四）19:30 */
export function momentText(iso: string, now: number): string {
  const moment = Date.parse(iso)
  const clock = new Date(moment + SHANGHAI_MS).toISOString().slice(11, 16)
  return `${dayText(dayOf(moment), now)}${clock}`
}

/** 12月3日（星期四）18:00前; the first moment of a day is the last one of the day before. */
export function beforeText(iso: string, now: number): string {
  const day = dayOf(Date.parse(iso))
  return lastDay(iso) === day ? `${momentText(iso, now)}前` : `${dayText(lastDay(iso), now)}24:00前`
}

/** The last day somebody still has: a deadline is the first moment that is too late. */
export function lastDay(dueAt: string): string {
  return dayOf(Date.parse(dueAt) - 1)
}

/** 12月3日前, as in 「网格员12月3日前回您」. */
export function byText(dueAt: string, now: number): string {
  return `${shortDay(lastDay(dueAt), now)}前`
}

/** How many days late, 0 while there is time. */
export function daysLate(dueAt: string, now: number): number {
  return Math.max(0, daysBetween(lastDay(dueAt), dayOf(now)))
}

/** 说好12月3日，现在晚了2天 */
export function lateText(dueAt: string, now: number): string {
  const late = daysLate(dueAt, now)
  return `说好${shortDay(lastDay(dueAt), now)}，现在晚了${late}天`
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS)
}

/** 刚刚, 5分钟前, 今天 8:05, else the day: when a saved copy was made, a message came. */
export function sinceText(moment: number, now: number): string {
  const minutes = Math.floor((now - moment) / 60_000)
  if (minutes < 1) return '刚刚'
  if (minutes < 60) return `${minutes}分钟前`
  const clock = new Date(moment + SHANGHAI_MS).toISOString().slice(11, 16)
  return dayOf(moment) === dayOf(now) ? `今天 ${clock}` : `${shortDay(dayOf(moment), now)} ${clock}`
}

function shortDay(day: string, now: number): string {
  const [year, month, date] = day.split('-').map(Number)
  const short = `${month}月${date}日`
  return day.slice(0, 4) === dayOf(now).slice(0, 4) ? short : `${year}年${short}`
}
