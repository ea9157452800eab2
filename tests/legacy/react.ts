import { blockOf } from './words.ts'
import { bundle, type Sources } from './page.ts'

/** Shows a component of the client, whose properties are those in the storage. */
export const showing = (component: string): string => `
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import Shown from '${component}'
const root = createRoot(document.body.appendChild(document.createElement('div')))
root.render(createElement(Shown, JSON.parse(localStorage.getItem('properties') ?? '{}')))
globalThis.unmount = () => root.unmount()`

/** Calls a hook of the client with what is stored, and puts what it gives where a test can see it. */
export const calling = (hook: string, from: string): string => `
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { ${hook} } from '${from}'
function Shown() {
  globalThis.shown = ${hook}(JSON.parse(localStorage.getItem('argument')))
  return null
}
const root = createRoot(document.body.appendChild(document.createElement('div')))
root.render(createElement(Shown))
globalThis.unmount = () => root.unmount()`

const HOST = 'ws://localhost:8000'
/** A source of a client with nothing changed but the host. */
export const at = (gateway: string, source: string): string =>
  source.replaceAll(HOST, gateway.replace('http', 'ws'))

/** Document 002: a hook, and a component that uses it. */
export const communitySources = (gateway: string): Sources => ({
  'hooks/useWebSocket.js': at(gateway, blockOf('community', '// hooks/useWebSocket.js')),
  'components/ChatRoom.jsx': blockOf('community', '// components/ChatRoom.jsx'),
})

/** Document 003: two hooks, and two components that use them; they name no export. */
const schoolSources: Sources = {
  'hooks/useChatWebSocket.js': blockOf('school', 'export const useChatWebSocket'),
  'hooks/useNotificationWebSocket.js': blockOf('school', 'export const useNotificationWebSocket'),
  'ChatComponent.jsx': `${blockOf('school', 'function ChatComponent()')}export default ChatComponent`,
  'NotificationComponent.jsx': `${blockOf('school', 'function NotificationComponent()')}export default NotificationComponent`,
}

/** The scripts of document 003, which names its host in the settings of its build. */
export const bundleSchool = (gateway: string, main: string): Promise<string> =>
  bundle(
    { ...schoolSources, 'main.jsx': main },
    { 'process.env.REACT_APP_WS_URL': JSON.stringify(gateway.replace('http', 'ws')) },
  )
