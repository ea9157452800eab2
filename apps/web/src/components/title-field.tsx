import { limits } from '@parley/client'
import { TextField, type TextFieldProps } from './field.tsx'

/** The name of a group, which must not be blank. */
export const TitleField = (props: Pick<TextFieldProps, 'label' | 'defaultValue'>) => (
  <TextField
    {...props}
    name="title"
    autoComplete="off"
    required
    pattern=".*\S.*"
    maxLength={limits.title_chars}
  />
)
