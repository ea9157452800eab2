import { clsx } from 'clsx'
import { type ComponentProps, type ReactNode, useId } from 'react'

interface FieldParts {
  label: string
  hint?: ReactNode
  /** What is wrong with it; the field is then marked. */
  error?: string | undefined
}

interface Control {
  id: string
  'aria-invalid': boolean
  'aria-describedby': string | undefined
  className: string
}

const control = (error: string | undefined) =>
  clsx(
    'w-full rounded-xl border bg-surface px-3.5 text-[15px] text-text transition-colors',
    error ? 'border-danger' : 'border-line-strong hover:border-muted',
  )

/** A label above, a hint or an error below; the control is told of both. */
function Field({ label, hint, error, children }: FieldParts & { children: (control: Control) => ReactNode }) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-invalid': error !== undefined,
        'aria-describedby': note ? `${id}-note` : undefined,
        className: control(error),
      })}
      {note && (
        <p id={`${id}-note`} className={clsx('text-sm', error ? 'text-danger' : 'text-muted')}>
          {note}
        </p>
      )}
    </div>
  )
}

export type TextFieldProps = FieldParts & ComponentProps<'input'>

export function TextField({ label, hint, error, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {({ className, ...field }) => <input {...field} {...rest} className={clsx(className, 'h-11')} />}
    </Field>
  )
}

export function TextArea({ label, hint, error, ...rest }: FieldParts & ComponentProps<'textarea'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {({ className, ...field }) => (
        <textarea
          rows={4}
          {...field}
          {...rest}
          className={clsx(className, 'resize-y py-2.5 leading-relaxed')}
        />
      )}
    </Field>
  )
}

export interface Option {
  value: string
  label: string
}

export function SelectField({
  label,
  hint,
  error,
  options,
  ...rest
}: FieldParts & ComponentProps<'select'> & { options: readonly Option[] }) {
  return (
    <Field label={label} hint={hint} error={error}>
      {({ className, ...field }) => (
        <select {...field} {...rest} className={clsx(className, 'h-11')}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
