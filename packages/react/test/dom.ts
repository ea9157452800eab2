import { Window } from 'happy-dom'

/** The page that React draws on. Nothing else of it is global: requests and sockets are those of Node. */
export const page = new Window({ url: 'http://127.0.0.1/' })
Object.assign(globalThis, { window: page, document: page.document })
