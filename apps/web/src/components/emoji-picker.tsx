import { EmojiPicker as Primitive } from 'frimousse'
import { useTranslations } from 'use-intl'
import { loadEmojis } from './emoji-data.ts'
import { Spinner } from './spinner.tsx'

/** All emojis, by group; found by their names, chosen by keys. Loaded only where it is opened. */
export function EmojiPicker({ onChoose }: { onChoose: (emoji: string) => void }) {
  const t = useTranslations('emoji')
  return (
    <Primitive.Root
      columns={8}
      resolveEmojiData={loadEmojis}
      onEmojiSelect={({ emoji }) => onChoose(emoji)}
      className="flex h-88 w-full flex-col"
    >
      <div className="flex items-center gap-1 p-2">
        <Primitive.Search
          // It opens because one asks for it, and one asks for it to choose.
          autoFocus // oxlint-disable-line jsx-a11y/no-autofocus -- as a dialog gives the focus to what it is for
          aria-label={t('search')}
          placeholder={t('search')}
          className="h-10 min-w-0 flex-1 rounded-xl bg-sunken px-3 text-[15px]"
        />
        <Primitive.SkinToneSelector
          aria-label={t('skinTone')}
          className="inline-flex size-10 items-center justify-center rounded-xl text-xl hover:bg-sunken"
        />
      </div>
      <Primitive.Viewport className="relative min-h-0 flex-1 outline-none">
        <Primitive.Loading className="absolute inset-0 flex items-center justify-center">
          <Spinner />
        </Primitive.Loading>
        <Primitive.Empty className="absolute inset-0 flex items-center justify-center text-sm text-muted">
          {t('none')}
        </Primitive.Empty>
        <Primitive.List
          aria-label={t('list')}
          className="pb-1.5 select-none"
          components={{
            CategoryHeader: ({ category, ...props }) => (
              <div
                {...props}
                className="bg-raised px-3 pt-2 pb-1 text-xs font-semibold text-muted first-letter:uppercase"
              >
                {category.label}
              </div>
            ),
            Row: ({ children, ...props }) => (
              <div {...props} className="scroll-my-1.5 px-1.5">
                {children}
              </div>
            ),
            Emoji: ({ emoji, ...props }) => (
              <button
                {...props}
                type="button"
                className="flex h-9 w-1/8 items-center justify-center rounded-lg text-xl data-active:bg-accent-soft"
              >
                {emoji.emoji}
              </button>
            ),
          }}
        />
      </Primitive.Viewport>
      <div className="flex h-10 items-center gap-2 truncate border-t border-line px-3 text-sm text-muted">
        <Primitive.ActiveEmoji>
          {({ emoji }) =>
            emoji ? (
              <>
                <span aria-hidden className="text-lg">
                  {emoji.emoji}
                </span>
                <span className="truncate">{emoji.label}</span>
              </>
            ) : (
              t('hint')
            )
          }
        </Primitive.ActiveEmoji>
      </div>
    </Primitive.Root>
  )
}
