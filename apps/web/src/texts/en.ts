import { account } from './en/account.ts'
import { groups } from './en/groups.ts'
import { messages } from './en/messages.ts'
import { people } from './en/people.ts'
import { shell } from './en/shell.ts'
import { staff } from './en/staff.ts'

/** Every text of the app, by where it is shown. ICU message format. */
export const en = { ...shell, ...people, ...account, ...messages, ...groups, ...staff }
