import { RpcError } from '@parley/client'
import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import { en } from './en.ts'

type KnownError = keyof typeof en.errors

const isKnown = (code: string): code is KnownError => Object.hasOwn(en.errors, code)

/** What to tell people about an error: by its code, never its own words. */
export function useErrorText(): (error: unknown) => string {
  const t = useTranslations('errors')
  return useCallback(
    (error) => t(error instanceof RpcError && isKnown(error.code) ? error.code : 'internal'),
    [t],
  )
}
