import uniPlugin from '@dcloudio/vite-plugin-uni'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

// The package is CommonJS: seen from a module its export may lie one step deeper.
const uni = (uniPlugin as unknown as { default?: typeof uniPlugin }).default ?? uniPlugin

/** uni's own styles ask a foreign host for shadow pictures; this build asks nobody but itself. */
function withoutForeignPictures(): Plugin {
  return {
    name: 'linli-without-foreign-pictures',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const foreign = /url\((["']?)https:\/\/cdn\.dcloud\.net\.cn[^)]*\)/g
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') file.code = file.code.replace(foreign, 'none')
        else if (typeof file.source === 'string') file.source = file.source.replace(foreign, 'none')
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
  plugins: [rolesOfWeixin(), uni(), withoutForeignPictures()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // While developing: the backend of scripts/serve, as if it were the same origin.
  server: {
    proxy: Object.fromEntries(
      ['/api', '/q'].map((path) => [path, process.env.LINLI_BACKEND ?? 'http://127.0.0.1:8000']),
    ),
  },
})
