import uniPlugin from '@dcloudio/vite-plugin-uni'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

// The package is CommonJS: seen from a module its export may lie one step deeper.
const uni = (uniPlugin as unknown as { default?: typeof uniPlugin }).default ?? uniPlugin

/** Shadow pictures, advertising and addresses in error texts: what uni and Vue bring along. */
const FOREIGN: [what: RegExp, instead: string][] = [
  [/url\((["']?)https:\/\/cdn\.dcloud\.net\.cn[^)]*\)/g, 'none'],
  [/wx\.preloadAssets\(/g, '(()=>{})('],
  [/"https:\/\/"\+\w+\+"[^"]*shadow[^"]*"/g, '""'],
  [/https:\/\/(?:h[ac][a-z]*1|uniapp)\.dcloud\.net\.cn[\w/.-]*/g, ''],
  [/https:\/\/vuejs\.org/g, ''],
]

/** What is built asks nobody but its own backend. */
function withoutForeignHosts(): Plugin {
  const cleaned = (text: string) =>
    FOREIGN.reduce((rest, [what, instead]) => rest.replace(what, instead), text)
  return {
    name: 'linli-without-foreign-hosts',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') file.code = cleaned(file.code)
        else if (typeof file.source === 'string') file.source = cleaned(file.source)
      }
    },
  }
}

/** WeChat calls `role` by another name, which a browser would refuse; templates say `role`. */
function rolesOfWeixin(): Plugin {
  return {
    name: 'linli-roles-of-weixin',
    enforce: 'pre',
    transform(code, id) {
      if (process.env.UNI_PLATFORM !== 'mp-weixin' || !id.endsWith('.vue')) return null
      return { code: code.replace(/(\s)role="/g, '$1aria-role="'), map: null }
    },
  }
}

export default defineConfig({
  plugins: [rolesOfWeixin(), uni(), withoutForeignHosts()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // While developing: the backend of scripts/serve, as if it were the same origin.
  server: {
    proxy: Object.fromEntries(
      ['/api', '/q'].map((path) => [path, process.env.LINLI_BACKEND ?? 'http://127.0.0.1:8000']),
    ),
  },
})
