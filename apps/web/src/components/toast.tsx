import { Toaster as Primitive } from 'sonner'
import { useTheme } from '../app/theme.ts'

export { toast } from 'sonner'

/** Where short notes appear; `toast(…)` makes one. */
export function Toaster() {
  const { shown } = useTheme()
  return (
    <Primitive className="font-sans!" theme={shown} position="top-center" offset={16} mobileOffset={12} />
  )
}
