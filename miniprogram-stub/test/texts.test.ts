import { expect, it } from 'vitest'
import { PLAIN, REOPENS } from '@/core/texts'

const sources = import.meta.glob('../src/**/*.{vue,ts}', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>
const pages = JSON.stringify(import.meta.glob('../src/pages.json', { query: '?raw', eager: true }))

it('speaks plainly everywhere', () => {
  const spoken = Object.entries(sources).filter(([name]) => !/schema\.d|core\/texts/.test(name))
  expect(spoken.length).toBeGreaterThan(40)
  for (const [name, text] of spoken) {
    // A question mark or an exclamation mark somebody typed ends their sentence too.
    const words = text.replace(/split\(.*\)/g, '')
    for (const [not, but] of PLAIN) expect(not.exec(words)?.[0], `${name}: ${but}`).toBeUndefined()
    expect(words.match(/\p{Extended_Pictographic}/u), name).toBeNull()
  }
})

it('opens forms on pages that exist', () => {
  for (const page of Object.values(REOPENS)) {
    const [, root, path] = page.split('/')
    expect(pages).toContain(`\\"root\\": \\"${root}\\"`)
    expect(pages).toContain(`\\"path\\": \\"${path}\\"`)
  }
})
