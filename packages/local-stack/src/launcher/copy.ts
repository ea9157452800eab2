import { backUp, restore } from './copies.ts'
import { readLauncherSettings } from './settings.ts'

// The commands `npm run backup` and `npm run restore`.
const [command = '', folder, ...more] = process.argv.slice(2)
try {
  const { dataDir, databaseUrl } = readLauncherSettings(process.env)
  if (!folder || more.length > 0) throw new Error(`usage: npm run ${command} -- <folder>`)
  if (databaseUrl) throw new Error('DATABASE_URL is set: back that server up with its own tools')
  if (command === 'backup') console.log(`Backed up to ${await backUp(dataDir, folder)}`)
  else {
    const kept = await restore(dataDir, folder)
    console.log(kept ? `Restored; what was there before is ${kept}` : 'Restored; no data were there before')
  }
} catch (err) {
  console.error((err as Error).message)
  process.exitCode = 1
}
