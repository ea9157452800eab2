import { SmilePlus } from 'lucide-react'
import { Popover } from 'radix-ui'
import { lazy, Suspense, useState } from 'react'
import { IconButton, type IconButtonProps } from './icon-button.tsx'
import { Spinner } from './spinner.tsx'

const EmojiPicker = lazy(async () => ({ default: (await import('./emoji-picker.tsx')).EmojiPicker }))

export interface EmojiButtonProps extends Pick<IconButtonProps, 'label' | 'size'> {
  onChoose: (emoji: string) => void
  /** Takes the focus when the picker is closed; else the button has it again. */
  onClosed?: () => void
}

/** Opens all emojis to choose one of. */
export function EmojiButton({ label, size, onChoose, onClosed }: EmojiButtonProps) {
  const [isOpen, setOpen] = useState(false)
  const choose = (emoji: string) => {
    setOpen(false)
    onChoose(emoji)
  }
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <IconButton icon={SmilePlus} label={label} {...(size && { size })} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={label}
          side="top"
          sideOffset={6}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            if (!onClosed) return
            event.preventDefault()
            onClosed()
          }}
          className="z-50 w-82 max-w-[calc(100vw-1rem)] animate-fade overflow-hidden rounded-2xl border border-line bg-raised shadow-card"
        >
          <Suspense fallback={<Spinner />}>
            <EmojiPicker onChoose={choose} />
          </Suspense>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
