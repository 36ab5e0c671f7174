import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// A configuration of its own: plain modules are tested, without uni's compiler.
export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  test: { include: ['test/**/*.test.ts'], css: true },
})
