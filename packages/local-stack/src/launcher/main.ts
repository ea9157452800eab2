import { runLauncher } from './run-launcher.ts'
import { parleyServices } from './services.ts'

await runLauncher(({ ports }) => parleyServices(ports))
