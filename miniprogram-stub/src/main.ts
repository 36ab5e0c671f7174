import { createSSRApp } from 'vue'
import App from './App.vue'

/** uni asks for this name in both builds. */
export function createApp() {
  return { app: createSSRApp(App) }
}
