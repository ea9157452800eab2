import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { createState } from './app/client.ts'
import { followTheme } from './app/theme.ts'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

followTheme()
const state = createState()
void state.client.connect().catch(() => {
  // The connection's state says why.
})

createRoot(root).render(
  <StrictMode>
    <App state={state} />
  </StrictMode>,
)
