/** A phone without a phone: storage, a clock, a server. */
import type { Store } from '@/core/stores'

export const NOW = Date.parse('2026-12-01T04:00:00Z') // noon in Shanghai, a Tuesday

export class FakeStore implements Store {
  private kept = new Map<string, string>()

  get<T>(name: string): T | null {
    const text = this.kept.get(name)
    return text === undefined ? null : (JSON.parse(text) as T)
  }

  set(name: string, value: unknown): void {
    this.kept.set(name, JSON.stringify(value))
  }

  remove(name: string): void {
    this.kept.delete(name)
  }

  names(): string[] {
    return [...this.kept.keys()]
  }
}
