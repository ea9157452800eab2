import { useTranslations } from 'use-intl'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

export interface ConfirmationProps {
  title: string
  text: string
  /** What is done, in a word. */
  action: string
  isBusy?: boolean
  onClose: () => void
  onConfirm: () => void
}

/** Asks before something that cannot be taken back; open as long as it is there. */
export function Confirmation({ title, text, action, isBusy = false, onClose, onConfirm }: ConfirmationProps) {
  const t = useTranslations('common')
  return (
    <Dialog open onClose={onClose} title={title} description={text}>
      <div className="mt-3 flex justify-end gap-2">
        <Button variant="secondary" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button variant="danger" disabled={isBusy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  )
}
