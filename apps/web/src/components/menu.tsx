import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'

export interface MenuItem {
  label: string
  icon?: LucideIcon
  tone?: 'danger'
  onSelect: () => void
}

export interface MenuProps {
  /** A button; it opens the menu. */
  trigger: ReactNode
  items: readonly MenuItem[]
}

export function Menu({ trigger, items }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-50 min-w-48 animate-fade rounded-2xl border border-line bg-raised p-1.5 shadow-card"
        >
          {items.map(({ label, icon: Icon, tone, onSelect }) => (
            <DropdownMenu.Item
              key={label}
              onSelect={onSelect}
              className={clsx(
                'flex items-center gap-2.5 rounded-xl px-3 py-2 text-[15px] outline-none data-highlighted:bg-sunken',
                tone === 'danger' && 'text-danger',
              )}
            >
              {Icon && <Icon aria-hidden size={17} />}
              {label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
