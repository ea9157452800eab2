import type { FormEvent, ReactNode } from 'react'
import { Link } from 'wouter'
import { useTitle } from '../../app/use-title.ts'
import icon from '../../assets/icon.svg'
import { Button } from '../../components/button.tsx'

export interface DoorFrameProps {
  title: string
  lead: string
  submit: string
  isBusy: boolean
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
  /** What is wrong with all of it. */
  fault: string | undefined
  other: { text: string; label: string; href: string }
  children: ReactNode
}

export function DoorFrame(props: DoorFrameProps) {
  const { title, lead, submit, isBusy, onSubmit, fault, other, children } = props
  useTitle(title)
  return (
    <>
      <img src={icon} alt="" className="mb-6 size-14 lg:hidden" />
      <h1 className="text-3xl font-semibold tracking-tight">{title}</h1>
      <p className="mt-2 text-muted">{lead}</p>
      <form noValidate onSubmit={onSubmit} className="mt-8 flex flex-col gap-4">
        {children}
        <p role="alert" className="text-sm text-danger empty:hidden">
          {fault}
        </p>
        <Button type="submit" disabled={isBusy}>
          {submit}
        </Button>
      </form>
      <p className="mt-6 text-sm text-muted">
        {other.text}{' '}
        <Link href={other.href} className="font-medium text-accent-text underline underline-offset-2">
          {other.label}
        </Link>
      </p>
    </>
  )
}
