import { describe, expect, it } from 'vitest'
import css from '../src/styles/tokens.css?raw'

const [standard = '', elder = ''] = css.split('.tokens.elder')
const valuesOf = (part: string) =>
  Object.fromEntries([...part.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, k, v]) => [k!, v!]))
const PLAIN = valuesOf(standard)
const ELDER = { ...PLAIN, ...valuesOf(elder) }

const PAIRS: [ink: string, ground: string, least: number][] = [
  ...['ink', 'muted', 'hint', 'brand', 'link'].flatMap((ink): [string, string, number][] => [
    [ink, 'white', 4.5],
    [ink, 'paper', 4.5],
  ]),
  ['white', 'brand', 4.5],
  ['white', 'brand-dark', 4.5],
  ['brand', 'brand-soft', 4.5],
  ['brand-dark', 'brand-soft', 4.5],
  ['ink', 'brand-soft', 4.5],
  ['muted', 'brand-soft', 4.5],
  ['link', 'link-soft', 4.5],
  ['warn', 'warn-soft', 4.5],
  ['warn', 'white', 4.5],
  ['danger', 'danger-soft', 4.5],
  ['danger', 'white', 4.5],
  ['danger', 'paper', 4.5],
  ['ok', 'ok-soft', 4.5],
  ['ok', 'paper', 3],
  ['off', 'off-soft', 4.5],
  ['line', 'white', 3],
  ['line', 'paper', 3],
]

function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
  const [r, g, b] = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light! + 0.05) / (dark! + 0.05)
}

describe.each([
  ['标准版', PLAIN],
  ['长辈版', ELDER],
])('%s', (_, colours) => {
  it.each(PAIRS)('%s on %s has a contrast of at least %s', (ink, ground, least) => {
    expect(contrast(colours[ink]!, colours[ground]!)).toBeGreaterThanOrEqual(least)
  })
})

it('长辈版 is never paler', () => {
  for (const name of ['ink', 'muted', 'hint']) {
    expect(contrast(ELDER[name]!, '#ffffff')).toBeGreaterThan(contrast(PLAIN[name]!, '#ffffff'))
  }
})

it('colours stand in the tokens alone, and text sizes grow', () => {
  const files = import.meta.glob('../src/**/*.{vue,css}', {
    query: '?raw',
    import: 'default',
    eager: true,
  }) as Record<string, string>
  expect(Object.keys(files).length).toBeGreaterThan(20)
  for (const [name, text] of Object.entries(files)) {
    if (name.endsWith('tokens.css')) continue
    expect(text.match(/#[0-9a-f]{3,8}\b(?=[;\s])/gi), name).toBeNull()
    expect(text.match(/font-size:\s*\d/), name).toBeNull()
  }
})
