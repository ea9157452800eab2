import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, loadEnv } from 'vite'

/** Where `pnpm dev` finds a running system. */
const gatewayOf = (mode: string): string =>
  loadEnv(mode, '.', 'PARLEY_')['PARLEY_URL'] ?? 'http://127.0.0.1:8000'

export default defineConfig(({ mode }) => ({
  plugins: [react(), tailwindcss()],
  // Packages of the workspace are read as they are written: a build needs no other build before it.
  resolve: { conditions: ['@parley/source', 'module', 'browser', 'development|production'] },
  build: {
    target: 'es2022',
    // The policy of the page allows no `data:` scripts or styles, and files are kept for ever anyway.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: {
      '/api': gatewayOf(mode),
      '/docs': gatewayOf(mode),
      '/ws': { target: gatewayOf(mode), ws: true },
    },
  },
}))
