/// <reference types="vite/client" />

declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<object, object, unknown>
  export default component
}

interface ImportMetaEnv {
  /** Where the mini program finds the backend; the browser build asks its own origin. */
  readonly VITE_API_BASE?: string
}

/** WeChat's own; a browser has none of it. */
declare const wx: { readonly env: { readonly USER_DATA_PATH: string } }
